"""Guarantees: the facilitator's view is a value made from what was heard; a report counts once, a tablet that comes back is the same one.

Times are seconds of one clock that never goes back (monotonic), given by the caller. Pure.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from mediation_apps.runtime.session.wire import ENDED, FROZEN, RUNNING, VERSION, WAITING, Ack, Hello, Order, Refusal, Report, Welcome

STUCK = 90.0  # seconds without anybody doing anything before a tablet is shown as stuck
MOST_TABLETS = 32
MOST_WRONG = 20  # wrong codes before nobody new may join: 20 guesses of 10,000
NAMES = (
    *("Lavande", "Thym", "Romarin", "Olivier", "Cigale", "Amandier", "Genêt", "Chêne"),
    *("Mélèze", "Edelweiss", "Marmotte", "Chamois", "Hirondelle", "Abeille", "Coquelicot", "Violette"),
    *("Tilleul", "Sauge", "Figuier", "Noyer", "Cerisier", "Genévrier", "Bouquetin", "Aigle"),
    *("Truite", "Papillon", "Écureuil", "Hérisson", "Mésange", "Rossignol", "Pivoine", "Iris"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """How a page stands on a tablet."""

    page: int
    points: int
    maximum: int
    done: bool


@dataclass(frozen=True, slots=True)
class Tablet:
    """One tablet, as the facilitator sees it."""

    token: str
    name: str
    connected: bool
    seen: float
    moved: float  # when somebody last did something on it
    at: int = 0
    seq: int = 0
    battery: int = -1
    results: tuple[Result, ...] = ()

    @property
    def done(self) -> int:
        """Pages finished."""
        return sum(result.done for result in self.results)


@dataclass(frozen=True, slots=True)
class Room:
    """A session."""

    code: str
    pack: str
    seed: int
    pages: int
    phase: str = WAITING
    digest: str = ""  # of the workshop, for tablets to know whether theirs is the same
    key: str = ""
    step: int = -1
    order: int = 0
    tablets: tuple[Tablet, ...] = ()
    wrong: int = 0

    def tablet(self, token: str) -> Tablet | None:
        """The tablet of a token."""
        return next((tablet for tablet in self.tablets if hmac.compare_digest(tablet.token.encode(), token.encode())), None)

    def join(self, hello: Hello, now: float) -> tuple[Room, Welcome | Refusal]:
        """Let a tablet in, or say why not; one that comes back keeps its name and its results."""
        if hello.version != VERSION:
            return self, Refusal("version")
        known = self.tablet(hello.tablet)
        closed = known is None and self.wrong >= MOST_WRONG  # whoever is in comes back all the same: guessing shuts nobody out
        if closed or not hmac.compare_digest(hello.code.encode(), self.code.encode()):
            return replace(self, wrong=self.wrong + 1), Refusal("code")
        if not 8 <= len(hello.tablet) <= 64:
            return self, Refusal("version")
        if known is None and self.phase == ENDED:
            return self, Refusal("ended")
        if known is None and len(self.tablets) >= MOST_TABLETS:
            return self, Refusal("full")
        tablet = replace(known, connected=True, seen=now) if known else Tablet(hello.tablet, self._free_name(), True, now, now)
        room = self._with(tablet)
        return room, Welcome(tablet.name, self.pack, self.seed, self.phase, self.step, self.order, tablet.seq, self.digest, self.key)

    def _free_name(self) -> str:
        taken = {tablet.name for tablet in self.tablets}
        return next(name for name in NAMES if name not in taken)

    def _with(self, tablet: Tablet) -> Room:
        if all(other.token != tablet.token for other in self.tablets):
            return replace(self, tablets=(*self.tablets, tablet))
        return replace(self, tablets=tuple(tablet if other.token == tablet.token else other for other in self.tablets))

    def heard(self, token: str, report: Report, now: float) -> tuple[Room, Ack | None]:
        """Take a report; one already taken is only acknowledged again; one out of turn waits until those before it are sent again."""
        tablet = self.tablet(token)
        if tablet is None or report.seq > tablet.seq + 1:
            return self, None
        if report.seq <= tablet.seq:
            return self._with(replace(tablet, seen=now)), Ack(tablet.seq)
        result = Result(report.page, report.points, report.maximum, report.done)
        kept = tuple(other for other in tablet.results if other.page != report.page)
        results = tuple(sorted((*kept, result), key=lambda found: found.page)) if 0 <= report.page < self.pages else tablet.results
        after = replace(tablet, seen=now, moved=now, at=report.at, seq=report.seq, battery=report.battery, results=results)
        return self._with(after), Ack(report.seq)

    def beaten(self, token: str, battery: int, now: float) -> Room:
        """A tablet is still there."""
        tablet = self.tablet(token)
        return self if tablet is None else self._with(replace(tablet, seen=now, battery=battery))

    def dropped(self, token: str) -> Room:
        """A tablet's line is gone; everything it said stays."""
        tablet = self.tablet(token)
        return self if tablet is None else self._with(replace(tablet, connected=False))

    def ordered(self, phase: str, step: int, now: float) -> tuple[Room, Order]:
        """Start, freeze, send to a step (−1: each at their own), end. Nobody is stuck at the moment of an order."""
        order = Order(self.order + 1, phase, step)
        tablets = tuple(replace(tablet, moved=now) for tablet in self.tablets)
        return replace(self, phase=phase, step=step, order=order.number, tablets=tablets), order

    def stuck(self, tablet: Tablet, now: float) -> bool:
        """Whether somebody should go and see."""
        return self.phase == RUNNING and tablet.connected and tablet.done < self.pages and now - tablet.moved > STUCK

    @property
    def frozen(self) -> bool:
        """Whether everybody looks up."""
        return self.phase == FROZEN


def export(room: Room, titles: tuple[str, ...]) -> str:
    """The results as a table for a spreadsheet: a line a tablet and page, no time, no address, no token."""
    lines = ["tablette;page;titre;points;sur;fait"]
    for tablet in room.tablets:
        for result in tablet.results:
            title = titles[result.page].replace(";", ",").replace("\n", " ") if result.page < len(titles) else ""
            lines.append(f"{tablet.name};{result.page + 1};{title};{result.points};{result.maximum};{'oui' if result.done else 'non'}")
    return "\n".join(lines) + "\n"
