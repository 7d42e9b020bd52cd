"""One patron's visit: what they gathered, asked, chose and who they are; when they have left; and how all of it is forgotten.

Guarantees:
- nothing of a visit lives anywhere but here and in what registered with `on_wipe`; after `wipe()` neither holds any of it, and
  the comforts (text size, theme, volume, language…) are the kiosk's own again;
- a wipe always finishes: one forgetful listener that raises does not spare the others, and is reported by its name only;
- the end of a visit is announced at least 30 seconds before, and every touch until then keeps the visit, as often as one likes
  (WCAG 2.2.1);
- pure: no clock, no thread, no file. Callers bring `now`, seconds of a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from kiosk.domain import Hold, Patron
from kiosk.search.port import Query

MAX_BASKET: Final = 60  # more than anybody carries; keeps the hand-over under ten codes
MAX_QUERIES: Final = 50  # what "back" may need; older ones are forgotten
MIN_WARNING: Final = 30.0  # seconds; house rule above WCAG 2.2.1's 20 s
MIN_QUIET: Final = 15.0  # seconds of stillness before anything is said


class Change(StrEnum):
    """What moved, told to those who `watch` a session."""

    BASKET = "basket"
    COMFORTS = "comforts"
    PATRON = "patron"
    QUERIES = "queries"
    HOLDS = "holds"
    STARTED = "started"
    WIPED = "wiped"


class Added(StrEnum):
    """What became of a record put into the basket."""

    YES = "yes"
    ALREADY = "already"
    FULL = "full"


class IdlePhase(StrEnum):
    """AWAY (nobody, the attract loop plays) → ACTIVE → WARNING (one touch goes back to ACTIVE) → OVER (wipe, back to AWAY)."""

    AWAY = "away"
    ACTIVE = "active"
    WARNING = "warning"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Comforts:
    """How this person likes the screen; the names are those of the theme. `volume` is in percent, `language` ISO 639-1."""

    text: float = 1.0  # scale
    palette: str = "limestone"
    family: str = "inter"
    motion: bool = True
    reach: bool = False  # commands at the bottom
    abc: bool = False  # keyboard in alphabetical order
    volume: int = 70
    language: str = "fr"


@dataclass(frozen=True, slots=True, repr=False)
class BasketEntry:
    """One record kept aside. Its repr never shows which."""

    record_id: str
    title: str

    def __repr__(self) -> str:
        return "BasketEntry(…)"


@dataclass(frozen=True, slots=True)
class IdlePolicy:
    """Seconds of stillness until the visit is over, and how long before that the warning stands (clamped to what is fair)."""

    idle: float = 120.0
    warning: float = MIN_WARNING

    def __post_init__(self) -> None:
        object.__setattr__(self, "warning", max(self.warning, MIN_WARNING))
        object.__setattr__(self, "idle", max(self.idle, self.warning + MIN_QUIET))


@dataclass(slots=True)
class _State:
    """Everything personal, in one place so that nothing is forgotten when forgetting."""

    basket: dict[str, BasketEntry] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    patron: Patron | None = None


class Session:
    """The visit under way, or the empty one between two visits. Used from the UI thread only."""

    def __init__(self, policy: IdlePolicy | None = None, comforts: Comforts | None = None) -> None:
        """`comforts` are the kiosk's own: what a visit starts with and what a wipe returns to."""
        self.policy = policy or IdlePolicy()
        self._own_comforts = comforts or Comforts()
        self._comforts = self._own_comforts
        self._state = _State()
        self._last_touch: float | None = None
        self._watchers: list[Callable[[Change], None]] = []
        self._wipers: list[Callable[[], None]] = []
        self._ends: dict[str, Callable[[], None]] = {}
        self.extensions = 0  # how often this visit was kept after a warning

    # -- listening ------------------------------------------------------------------------------------------------

    def watch(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Call `watcher` after every change; the returned function stops that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def on_wipe(self, wiper: Callable[[], None]) -> None:
        """Register what else must be forgotten at the end of every visit: models, caches, pending questions."""
        self._wipers.append(wiper)

    def at_end(self, name: str, end: Callable[[], None]) -> None:
        """Register what this visit alone must end (a window it opened); the one before under the same name is ended now."""
        before = self._ends.pop(name, None)
        self._ends[name] = end
        if before is not None:
            before()

    def _tell(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            watcher(change)

    # -- basket ---------------------------------------------------------------------------------------------------

    @property
    def basket(self) -> tuple[BasketEntry, ...]:
        """What was put aside, first one first."""
        return tuple(self._state.basket.values())

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._state.basket

    def __len__(self) -> int:
        return len(self._state.basket)

    def __bool__(self) -> bool:  # a session with an empty basket is still a session
        return True

    def __iter__(self) -> Iterator[BasketEntry]:
        return iter(self.basket)

    def add(self, record_id: str, title: str) -> Added:
        """Put a record into the basket."""
        if record_id in self._state.basket:
            return Added.ALREADY
        if len(self._state.basket) >= MAX_BASKET:
            return Added.FULL
        self._state.basket[record_id] = BasketEntry(record_id, title)
        self._tell(Change.BASKET)
        return Added.YES

    def remove(self, record_id: str) -> BasketEntry | None:
        """Take a record out; returns it, so that "undo" can `restore` it."""
        entry = self._state.basket.pop(record_id, None)
        if entry is not None:
            self._tell(Change.BASKET)
        return entry

    def restore(self, entry: BasketEntry, position: int) -> None:
        """Put back what was taken out, where it was."""
        entries = [e for e in self.basket if e.record_id != entry.record_id]
        entries.insert(max(0, position), entry)
        self._state.basket = {e.record_id: e for e in entries[:MAX_BASKET]}
        self._tell(Change.BASKET)

    def empty_basket(self) -> None:
        """Take everything out."""
        if self._state.basket:
            self._state.basket.clear()
            self._tell(Change.BASKET)

    # -- what was asked, who asks, what was reserved ------------------------------------------------------------------

    @property
    def queries(self) -> tuple[Query, ...]:
        """Searches of this visit, the last one last."""
        return tuple(self._state.queries)

    def asked(self, query: Query) -> None:
        """Remember a search for the way back; the same one twice in a row is one."""
        if self._state.queries and self._state.queries[-1] == query:
            return
        self._state.queries = [*self._state.queries[-(MAX_QUERIES - 1) :], query]
        self._tell(Change.QUERIES)

    @property
    def patron(self) -> Patron | None:
        """Who signed in, or None."""
        return self._state.patron

    def sign_in(self, patron: Patron) -> None:
        """Remember who is at the screen, until they sign out or leave."""
        self._state.patron = patron
        self._tell(Change.PATRON)

    def sign_out(self) -> None:
        """Forget who is at the screen and what they reserved; the basket stays, it names nobody."""
        if self._state.patron is not None or self._state.holds:
            self._state.patron = None
            self._state.holds.clear()
            self._tell(Change.PATRON)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Holds placed during this visit, as they stood when last heard of."""
        return tuple(self._state.holds)

    def hold_placed(self, hold: Hold) -> None:
        """Remember a hold, or its new state."""
        self._state.holds = [h for h in self._state.holds if h.key != hold.key] + [hold]
        self._tell(Change.HOLDS)

    # -- comforts ---------------------------------------------------------------------------------------------------

    @property
    def comforts(self) -> Comforts:
        """How this person likes the screen."""
        return self._comforts

    def set_comforts(self, **changes: object) -> None:
        """Change some comforts, by their names in `Comforts`."""
        comforts = replace(self._comforts, **changes)  # type: ignore[arg-type]
        if comforts != self._comforts:
            self._comforts = comforts
            self._tell(Change.COMFORTS)

    @property
    def personal(self) -> bool:
        """Whether anything of this visit would tell the next person something: a card, holds, a basket, searches."""
        state = self._state
        return bool(state.patron or state.holds or state.basket or state.queries)

    # -- coming and going ---------------------------------------------------------------------------------------------

    @property
    def present(self) -> bool:
        """Whether a visit is under way."""
        return self._last_touch is not None

    def touch(self, now: float) -> None:
        """Note a sign of life: a touch, a key, a barcode. Starts a visit, or keeps it."""
        phase = self.phase(now)
        if phase is IdlePhase.OVER:
            self.wipe()
            phase = IdlePhase.AWAY
        if phase is IdlePhase.WARNING:
            self.extensions += 1
        self._last_touch = now
        if phase is IdlePhase.AWAY:
            self._tell(Change.STARTED)

    def phase(self, now: float) -> IdlePhase:
        """Where the visit stands at `now`. Decides nothing: on OVER the caller wipes."""
        if self._last_touch is None:
            return IdlePhase.AWAY
        still = now - self._last_touch
        if still >= self.policy.idle:
            return IdlePhase.OVER
        return IdlePhase.WARNING if still >= self.policy.idle - self.policy.warning else IdlePhase.ACTIVE

    def remaining(self, now: float) -> float:
        """Seconds until the visit is over (0 when nobody is here)."""
        return 0.0 if self._last_touch is None else max(0.0, self._last_touch + self.policy.idle - now)

    def next_change(self, now: float) -> float | None:
        """Seconds until `phase` will differ if nobody moves, so that one timer is enough; None when nobody is here."""
        phase = self.phase(now)
        if phase is IdlePhase.AWAY:
            return None
        return max(0.0, self.remaining(now) - (self.policy.warning if phase is IdlePhase.ACTIVE else 0.0))

    def wipe(self) -> tuple[str, ...]:
        """Forget everything of this visit; returns the names of registered wipers that failed (for the log: names of code, no data)."""
        self._state = _State()
        self._comforts = self._own_comforts
        self._last_touch = None
        self.extensions = 0
        failed = []
        ends, self._ends = tuple(self._ends.values()), {}
        for wiper in (*ends, *self._wipers):
            try:
                wiper()
            except Exception as error:  # a wipe always finishes; the error's text may hold what must be forgotten, so only names are kept
                failed.append(f"{getattr(wiper, '__qualname__', type(wiper).__name__)}: {type(error).__name__}")
        self._tell(Change.WIPED)
        return tuple(failed)
