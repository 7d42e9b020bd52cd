"""The demonstration's library system: the port of `kiosk.circulation.port`, in memory, for whoever shows the kiosk without one.

Guarantees: it answers as a real one does: an unknown card and a wrong password are refused, a hold placed twice is one, the
number of holds has a limit and the refusal is a sentence; nothing leaves the process and nothing is kept after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.circulation.port import CopyState, HoldRequest, NotSent, PlacedHold, Refused, SignInRefused
from kiosk.domain import Patron, SourceRef
from kiosk.i18n import _

CARD: Final = "04070000123456"
PASSWORD: Final = "mistral"


class DemoLibrary:
    """One library system with one patron. `answering` False: it cannot be reached; `most` holds are allowed."""

    def __init__(self, most: int = 2, home_branch: str = "") -> None:
        self.answering = True
        self._most, self._home = most, home_branch
        self._holds: dict[tuple[str, tuple[SourceRef, ...]], PlacedHold] = {}

    def sign_in(self, card: str, password: str) -> Patron:
        """Know one card."""
        self._reach()
        if (card, password) != (CARD, PASSWORD):
            raise SignInRefused(_("Carte ou mot de passe inconnus."))
        return Patron(card, "Camille Arnaud", self._home, "2099-12-31")

    def place_hold(self, request: HoldRequest) -> PlacedHold:
        """Place a hold, up to the limit."""
        found = self.find_hold(request)
        if found is not None:
            return found
        if request.card != CARD:
            raise Refused(_("La bibliothèque ne connaît pas cette carte."))
        if len(self._holds) >= self._most:
            raise Refused("Nombre maximal de réservations atteint")
        self._holds[request.card, request.sources] = hold = PlacedHold(str(len(self._holds) + 1), 2)
        return hold

    def find_hold(self, request: HoldRequest) -> PlacedHold | None:
        """Return the hold on this record."""
        self._reach()
        return self._holds.get((request.card, request.sources))

    def cancel_hold(self, remote_id: str) -> None:
        """Forget a hold."""
        self._reach()
        self._holds = {key: hold for key, hold in self._holds.items() if hold.remote_id != remote_id}

    def availability(self, sources: Sequence[SourceRef]) -> tuple[CopyState, ...]:
        """Know nothing better than the catalogue."""
        self._reach()
        return ()

    def _reach(self) -> None:
        if not self.answering:
            raise NotSent(_("La bibliothèque ne répond pas : nouvelle tentative plus tard."))
