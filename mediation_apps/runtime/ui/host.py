"""What a view of a task may ask of the player around it."""

from __future__ import annotations

from typing import Any, Protocol

from mediation_apps.runtime.notices import Notice
from mediation_apps.runtime.play.base import Intent


class Host(Protocol):
    """The player, as its views see it."""

    def give(self, intent: Intent) -> None:
        """Pass an intent to the task; the view's `show` is called with the state after it."""
        ...

    def tell(self, words: str) -> None:
        """Show and say a hint."""
        ...

    def edit(self, field: Any) -> None:
        """Give a field the keyboard."""
        ...

    def hand(self, touch: Any) -> int:
        """The number of the hand behind a finger; 0 is left to keyboard and switches."""
        ...

    def lift(self, ghost: Any) -> None:
        """Show something above everything, under a finger."""
        ...

    def lay(self, ghost: Any) -> None:
        """Take it away."""
        ...

    def picture(self, view: Any, path: str, width: int, height: int) -> None:
        """Decode a picture away from this thread and give it to `view.arrived(texture)`."""
        ...

    def notices(self, records: tuple[str, ...]) -> list[Notice]:
        """What is known of these catalogue records."""
        ...

    def read(self, notice: Notice) -> None:
        """Open a notice over the page."""
        ...

    def play(self, path: str) -> None:
        """Play a recording in another process; without a device, say so."""
        ...
