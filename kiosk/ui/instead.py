"""What stands in the place of the results: that they are searched, that there are none, that filters leave none.

Guarantees: each has a next step; made once each, since letter after letter finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.ui.i18n import _
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import EmptyState
from kiosk.ui.widgets.layouts import Column

SHARE = 0.9  # of the room's width


class Instead:
    """Shows at most one of "searching", "nothing", "restricted" in `room`."""

    def __init__(self, room: Any, to_rubrics: Callable[[], None], unfilter: Callable[[], None]) -> None:
        self._room, self._to_rubrics, self._unfilter = room, to_rubrics, unfilter
        self._made: dict[str, Any] = {}
        self._shown: Any = None

    def ready(self) -> None:
        """Have what is said when nothing is found, its words written."""
        nothing = self._named("nothing")
        nothing.size = (round(self._room.width * SHARE), nothing.height)  # drawn already

    def show(self, name: str) -> None:
        """Show one of them, or none of them for an empty name."""
        wanted = self._named(name) if name else None
        if wanted is self._shown:
            return
        if self._shown is not None:
            self._room.remove_widget(self._shown)
        if wanted is not None:
            self._room.add_widget(wanted)
        self._shown = wanted

    def _named(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _searching() if name == "searching" else self._none(restricted=name == "restricted")
        return self._made[name]

    def _none(self, *, restricted: bool) -> Any:
        """A picture, what there is to say, and the next step."""
        column = _column()
        column.add_widget(
            EmptyState(
                icon="image_filter_hdr",
                title=_("Rien de ce nom dans le catalogue"),
                detail=_("Essayez avec moins de mots, ou demandez à l’accueil\u202f: nous pouvons le faire venir."),
                size_hint_y=None,
            )
        )
        text, act = (_("Enlever tous les filtres"), self._unfilter) if restricted else (_("Voir les rubriques"), self._to_rubrics)
        column.add_widget(Button(text=text, size_hint_x=None, pos_hint={"center_x": 0.5}, on_release=lambda _b: act()))
        return column


def _column() -> Any:
    return Column(gap=16, size_hint=(SHARE, None), pos_hint={"center_x": 0.5, "center_y": 0.5})


def _searching() -> Any:
    column = _column()
    column.add_widget(EmptyState(icon="magnify", title=_("Je cherche…"), size_hint_y=None))
    return column
