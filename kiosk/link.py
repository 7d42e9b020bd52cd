"""What needs a line: the library system, the outbox on its way to it, covers. One instance, used from the link thread alone.

Guarantees:
- a hold that was confirmed is on the disk before anything is sent, and its state is what the library system said, or
  "waiting": never a guess;
- a line that is down is an everyday answer, not an error: what could not be done now is done by a later `round`;
- nothing is kept of who signed in: the patron is returned to the visit, which forgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.circulation.delivery import deliver
from kiosk.circulation.port import HoldService
from kiosk.domain import Hold, Patron, Record
from kiosk.errors import KioskError, LinkError
from kiosk.i18n import _
from kiosk.settings import KioskSettings
from kiosk.store.covers import SIDE, CoverCache, Thumbnail
from kiosk.store.outbox import LEAST_TRIES, Outbox

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """What one round did: holds that became final, holds still waiting, whether the line was up."""

    settled: tuple[Hold, ...] = ()
    waiting: int = 0
    line_up: bool = False


def service_of(settings: KioskSettings) -> HoldService | None:
    """Return the library system named by the settings, or None when holds are made at the desk."""
    koha = settings.koha
    if not koha.url:
        return None
    from kiosk.circulation.koha_rest import KohaRest  # costs the start of a kiosk without it nothing

    return KohaRest(koha.url, koha.user, koha.password)


class Pictures:
    """Covers alone, for a thread of their own: a site that drips must never stand before somebody's hold."""

    def __init__(self, covers: CoverCache, online: bool) -> None:
        self._covers, self._online = covers, online

    @classmethod
    def open(cls, data: Path, settings: KioskSettings) -> Pictures:
        """Open the covers of `data`."""
        portal = urlsplit(settings.portal_url).hostname
        cache = CoverCache(data / "covers", cap_bytes=settings.covers_mb * MEGABYTE, allowed_hosts=[portal] if portal else [])
        return cls(cache, settings.covers_online)

    def close(self) -> None:
        """Close connections."""
        self._covers.close()

    def cover(self, url: str, side: tuple[int, int] = SIDE, *, fetch: bool = True) -> Thumbnail | None:
        """Return a cover: the one kept, else fetched unless told not to; None when there is none to show."""
        kept = self._covers.load(url, side)
        if kept is not None or not fetch or not self._online or not self._covers.wanted(url):
            return kept
        try:
            self._covers.fetch(url)
        except KioskError:
            return None
        return self._covers.load(url, side)


class Link:
    """See the module. Make it on the link thread, with `Link.open`."""

    def __init__(self, data: Path, outbox: Outbox, pictures: Pictures, service: HoldService | None, settings: KioskSettings) -> None:
        self._data, self._outbox, self._pictures, self._service = data, outbox, pictures, service
        self._hold_days = settings.hold_days

    @classmethod
    def open(cls, data: Path, settings: KioskSettings, service: HoldService | None = None) -> Link:
        """Open the outbox and the covers of `data`. Raises StoreError."""
        return cls(data, Outbox.open(data), Pictures.open(data, settings), service or service_of(settings), settings)

    def close(self) -> None:
        """Close files and connections."""
        self._outbox.close()
        self._pictures.close()
        close = getattr(self._service, "close", None)
        if close:
            close()

    def sign_in(self, card: str, password: str) -> Patron:
        """Ask the library system who this is. Raises SignInRefused, or LinkError when it cannot be asked."""
        if self._service is None:
            raise LinkError(_("Cette borne n’est pas reliée au système de prêt."))
        return self._service.sign_in(card, password)

    def place(self, patron: Patron, record: Record, pickup: str, key: str) -> Hold:
        """Keep a hold, try to send it at once, and return how it stands now. Raises StoreError or DataError: then it is not kept."""
        hold = self._outbox.place(patron, record, pickup, key)
        self._send()
        return self._outbox.get(hold.key)

    def cancel(self, key: str) -> bool:
        """Take back a hold that never left; False when it is too late."""
        return self._outbox.cancel(key)

    def holds_of(self, patron: Patron) -> tuple[Hold, ...]:
        """Holds of this patron that are still on their way."""
        return self._outbox.holds_of(patron)

    def all_holds(self) -> tuple[Hold, ...]:
        """Every hold this kiosk took and still remembers: for the librarians' page."""
        return self._outbox.all()

    def dismiss(self, key: str) -> tuple[Hold, ...]:
        """Take a final hold off that list; return what is left of it."""
        self._outbox.dismiss(key)
        return self._outbox.all()

    def round(self) -> Report:
        """Send what is due, give up what is too old."""
        settled, line_up = self._send()
        least = LEAST_TRIES if self._service is not None else 0  # with nobody to send to, only time counts
        given_up = self._outbox.expire(timedelta(days=self._hold_days), least=least)
        return Report((*settled, *given_up), len(self._outbox.pending()), line_up)

    def _send(self) -> tuple[tuple[Hold, ...], bool]:
        if self._service is None:
            return (), False
        done = deliver(self._outbox, self._service, self._data)
        return done.settled, done.line_up

    def cover(self, url: str, side: tuple[int, int] = SIDE, *, fetch: bool = True) -> Thumbnail | None:
        """As `Pictures.cover`, for those who have one thread only."""
        return self._pictures.cover(url, side, fetch=fetch)
