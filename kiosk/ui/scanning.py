"""Two switches instead of hands: one goes on, the other chooses. Groups first, so that nothing is far away.

Guarantees:
- every stop of the focus can be reached, by going on and choosing alone, and every group can be left again;
- groups are made from where things stand on the glass (columns, then rows), at most `MANY` to choose among at each level;
- a switch held too long, or a hand that trembles, counts once (`STILL` seconds between two presses of the same switch).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock

from kiosk.ui.i18n import _
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop
from kiosk.ui.widgets.focus import stops_under

if TYPE_CHECKING:
    from kiosk.ui.app_window import Shell

FEW: Final = 4  # stops that need no group of their own
MANY: Final = 8  # things to go through at one level; more are cut into groups
STILL: Final = 0.25  # seconds; keys repeat every 30 ms when held


@dataclass(frozen=True, slots=True)
class Group:
    """Things to choose among; `spoken` names them all. The root has the regions of the screen."""

    spoken: str
    children: tuple[Group | Stop, ...]

    @property
    def area(self) -> Area:
        """The rectangle around them."""
        areas = [child.area for child in self.children]
        left, low = min(a.x for a in areas), min(a.y for a in areas)
        return Area(left, low, max(a.right for a in areas) - left, max(a.top for a in areas) - low)

    def stops(self) -> list[Stop]:
        """Every stop inside, in order."""
        return [s for child in self.children for s in (child.stops() if isinstance(child, Group) else [child])]


def _named(children: Sequence[Group | Stop]) -> Group:
    stops = [s for child in children for s in (child.stops() if isinstance(child, Group) else [child])]
    return Group(_("De {first} à {last}").format(first=_short(stops[0].spoken), last=_short(stops[-1].spoken)), tuple(children))


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:40].rsplit(" ", 1)[0] + "…"


def _bands(stops: Sequence[Stop], side: Callable[[Stop], tuple[int, int]]) -> list[list[Stop]]:
    """Cut where nothing stands: stops whose spans on one axis overlap stay together, in the order of the axis."""
    bands: list[list[Stop]] = []
    end = 0
    for stop in sorted(stops, key=side):
        first, last = side(stop)
        if bands and first < end - 2:
            bands[-1].append(stop)
            end = max(end, last)
        else:
            bands.append([stop])
            end = last
    return bands


def rows_of(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Cut into rows, from top to bottom; each from left to right."""
    return [sorted(band, key=lambda s: s.area.x) for band in _bands(stops, lambda s: (-s.area.top, -s.area.y))]


def columns_of(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Cut into columns, from left to right."""
    return _bands(stops, lambda s: (s.area.x, s.area.right))


def tree(stops: Sequence[Stop]) -> tuple[Group | Stop, ...]:
    """Group stops by where they stand: columns that have rows of their own, then rows, then runs of a few."""
    if len(stops) <= FEW:
        return tuple(stop for row in rows_of(stops) for stop in row)
    columns = columns_of(stops)
    if 2 <= len(columns) <= FEW and sum(len(rows_of(column)) > 1 for column in columns) > 1:
        return tuple(_folded(tree(column)) for column in columns)
    rows = rows_of(stops)
    if len(rows) == 1:
        return _runs(rows[0])
    return _runs([_folded(tree(row) if len(row) < len(stops) else row) for row in rows])


def _folded(children: Sequence[Group | Stop]) -> Group | Stop:
    return children[0] if len(children) == 1 else _named(children)


def _runs(things: Sequence[Group | Stop]) -> tuple[Group | Stop, ...]:
    """At most `MANY`: more become groups of five."""
    if len(things) <= MANY:
        return tuple(things)
    return _runs([_folded(things[n : n + 5]) for n in range(0, len(things), 5)])


class Scanner:
    """`shell` shows the ring and says where it is. Call `advance` and `choose`, one a switch."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._path: list[int] = []  # the groups entered, from the root
        self._at = -1  # which child of the last one; its number of children: the way out
        self._pressed: dict[str, float] = {}

    def reset(self) -> None:
        """Start from the regions again: another screen, a finger."""
        self._path, self._at = [], -1

    def advance(self) -> None:
        """Go on to the next thing at this level."""
        if not self._steady("advance"):
            return
        if self._shell.focus.stop is None:
            self.reset()
        group = self._group()
        if group.children:
            self._at = (self._at + 1) % (len(group.children) + bool(self._path))
            self._show()

    def choose(self) -> None:
        """Enter the group, press the thing, or leave the group."""
        if not self._steady("choose"):
            return
        if self._at < 0 or self._shell.focus.stop is None:
            self.advance()
            return
        group = self._group()
        if self._at >= len(group.children):
            self._at = self._path.pop() if self._path else 0
            self._show()
            return
        child = group.children[self._at]
        if isinstance(child, Group):
            self._path.append(self._at)
            self._at = 0
            self._show()
            return
        self._press(child)

    def _press(self, stop: Stop) -> None:
        shell = self._shell
        before = (shell.desk.navigator.screen, shell.keyboard, shell.dialogue)
        stop.act()
        if (shell.desk.navigator.screen, shell.keyboard, shell.dialogue) != before or not self._path:
            self.reset()
            shell.focus.clear()
            return
        if stop.owner is shell.keyboard:
            self._path, self._at = self._path[:1], 0  # the next letter is in any row
        self._show()

    def _steady(self, switch: str) -> bool:
        now = Clock.time()
        before, self._pressed[switch] = self._pressed.get(switch, -STILL), now
        return now - before >= STILL

    def _group(self) -> Group:
        """The group that was entered, as things stand now; what has gone leaves its nearest group."""
        group = self._root()
        for depth, number in enumerate(self._path):
            child = group.children[number] if number < len(group.children) else None
            if not isinstance(child, Group):
                self._path, self._at = self._path[:depth], min(number, len(group.children) - 1)
                break
            group = child
        return group

    def _root(self) -> Group:
        shell = self._shell
        if shell.dialogue is not None:
            return Group("", tree(stops_under(shell.dialogue)))
        regions = (
            (_("Le message"), [shell.passing] if shell.passing else []),
            (_("Le clavier"), [shell.keyboard] if shell.keyboard else []),
            (_("La page"), [shell.stage]),
            (_("En haut : chercher, panier, carte"), [shell.header]),
            (_("En bas : réglages, aide"), [shell.bar]),
        )
        return Group("", tuple(group for words, widgets in regions for group in _region(words, widgets)))

    def _show(self) -> None:
        group, focus = self._group(), self._shell.focus
        if not group.children:
            self.reset()
            focus.clear()
            return
        if self._at >= len(group.children):
            focus.point(Stop(self._shell, group.area, _("Sortir de ce groupe"), lambda: None, "scan:out"))
            return
        child = group.children[max(0, self._at)]
        first = child if isinstance(child, Stop) else child.stops()[0]
        focus.reveal(first)
        child = self._group().children[max(0, self._at)]  # where it stands once it is in sight
        focus.point(Stop(self._shell, child.area, child.spoken, lambda: None, "scan:group") if isinstance(child, Group) else child)


def _region(words: str, widgets: Iterable[Any]) -> list[Group | Stop]:
    """One region; a region of one thing is that thing."""
    stops = [stop for widget in widgets for stop in _with_more(stops_under(widget))]
    if not stops:
        return []
    return [stops[0]] if len(stops) == 1 else [Group(words, tree(stops))]


def _with_more(stops: list[Stop]) -> list[Stop]:
    """After the rows in sight of a long list, the way to those further down; before them, the way back up."""
    rows = [s for s in stops if hasattr(s.owner, "step_from")]
    if not rows:
        return stops
    first, last = rows[0], rows[-1]
    numbers = [int(s.key.partition(":")[0]) for s in (first, last)]
    seen = numbers[1] - numbers[0] + 1
    found = list(stops)
    if numbers[1] + 1 < last.owner.count:
        area = Area(last.area.x, last.area.y - 4, last.area.width, 4)
        found.append(Stop(last.owner, area, _("Plus bas dans la liste"), lambda: _turn(last, seen), "more"))
    if numbers[0] > 0:
        area = Area(first.area.x, first.area.top, first.area.width, 4)
        found.insert(stops.index(first), Stop(first.owner, area, _("Plus haut dans la liste"), lambda: _turn(first, -seen), "back"))
    return found


def _turn(stop: Stop, rows: int) -> None:
    """Scroll a list by as many rows as are seen, as far as there are any."""
    step = 1 if rows > 0 else -1
    here: Stop | None = stop
    for _row in range(abs(rows)):
        here = here.owner.step_from(here, step) if here is not None else None
