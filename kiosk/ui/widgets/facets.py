"""The column of facets: groups that open and close, boxes to tick, counts, "Plus de choix".

Guarantees: one picture of all its words and a few meshes of its boxes for the whole column, made again in one frame when counts
change; every box is as tall as a target; ticked is told by the box, the weight and the spoken label, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from kivy.properties import NumericProperty

from kiosk.ui.theme import look
from kiosk.ui.widgets import shapes
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Stop, window_area
from kiosk.ui.widgets.facet_lines import Column, ColumnFit, Group, Line, Words, column, more_words
from kiosk.ui.widgets.painter import BatchPainter, Painter
from kiosk.ui.widgets.quads import Batch
from kiosk.ui.widgets.sheet import Kept, Slab


class FacetColumn(Drawn):
    """Set `groups`; `toggled(facet, value)` is told what was ticked. Its height follows what is open."""

    version = NumericProperty(0)
    redraw_on = ("version",)

    def __init__(
        self, words: Words, toggled: Callable[[str, str], None], open_groups: frozenset[str], shown: int = 4, **kwargs: Any
    ) -> None:
        self._words, self._toggled, self._shown = words, toggled, shown
        self._groups: tuple[Group, ...] = ()
        self._open, self._more = open_groups, frozenset[str]()
        self._column: Column | None = None
        self._written: tuple[Column, Kept] | None = None  # whose words are in the slab
        self._held: Line | None = None
        self._until = 0  # pixels from the top that are drawn
        self._batch, self._slab = Batch(), Slab()
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)

    def fit(self) -> ColumnFit:
        """What its lettering depends on now."""
        return ColumnFit(round(self.width), self._until, self._shown, self._open, self._more, look())

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is shown."""
        return self._groups

    def set_groups(self, groups: Sequence[Group], lettered: Column | None = None) -> None:
        """Show other groups, `lettered` beforehand if that fits still; drawn again only when they differ."""
        if tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self._arrange(lettered)

    def _arrange(self, lettered: Column | None = None) -> None:
        fits = lettered is not None and (lettered.fit, lettered.groups) == (self.fit(), self._groups)
        self._column = lettered if fits and lettered is not None else column(self._groups, self.fit(), self._words)
        top = self.top  # what holds it keeps its top: moved at once, it is drawn once
        self.height = self._column.height
        self.y = top - self.height
        self.version += 1

    def _lines(self) -> tuple[Line, ...]:
        return self._column.lines if self._column is not None else ()

    def scrolled(self, offset: float, height: float) -> None:
        """Told by the scroller what is seen: that is drawn, and what comes near once somebody scrolls."""
        if offset + height > self._until or self._until == 0:
            self._until = round(offset + height) + (look().px(200) if offset > 0 else 0)
            self.redraw()

    def _area_of(self, line: Line) -> Area:
        return Area(round(self.x), round(self.top) - line.y - line.height, round(self.width), line.height)

    def _act(self, line: Line) -> None:
        if line.kind == "box" and line.value is not None:
            self._toggled(line.group.name, line.value.value)
        elif line.kind == "head":
            self._open = self._open ^ {line.group.name}
            self._arrange()
        else:
            self._more = self._more ^ {line.group.name}
            self._arrange()

    def _spoken(self, line: Line) -> str:
        if line.kind == "head":
            return line.group.label
        if line.value is None:
            return f"{more_words(line, self.fit(), self._words)} : {line.group.label}"
        said = f"{line.group.label}, {line.value.label}, {self._words.count(line.value.count)}"
        return f"{said}, {self._words.ticked}" if line.value.ticked else said

    def stops(self) -> list[Stop]:
        """Each head, box and "more"."""
        return [
            Stop(
                self,
                window_area(self, self._area_of(line)),
                self._spoken(line),
                partial(self._act, line),
                f"{line.group.name}:{line.kind}:{line.value.value if line.value else ''}",
            )
            for line in self._lines()
        ]

    def on_touch_down(self, touch: Any) -> bool:
        """Mark the line under the finger."""
        if not self.collide_point(*touch.pos):
            return False
        self._held = next((line for line in self._lines() if self._area_of(line).contains(*touch.pos)), None)
        if self._held is None:
            return False
        touch.grab(self)
        self.redraw()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Let go when the finger scrolls."""
        if touch.grab_current is self and touch.ud.get("scrolled"):
            touch.ungrab(self)
            self._held = None
            self.redraw()
        return touch.grab_current is self

    def on_touch_up(self, touch: Any) -> bool:
        """Act on the line where the finger came down, if it leaves there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        held, self._held = self._held, None
        self.redraw()
        if held is not None and not touch.ud.get("scrolled") and self._area_of(held).contains(*touch.pos):
            self._act(held)
        return True

    def draw(self, painter: Painter, area: Area) -> None:
        """The line under the finger, the boxes, then all words at once."""
        if self._column is None or self._column.fit != self.fit():
            self._column = column(self._groups, self.fit(), self._words)
        shown = self._column
        if self._held is not None:
            painter.box(self._area_of(self._held), "action_soft", look().px(12))
        self._batch.clear()
        batched = BatchPainter(self._batch)
        radius = look().px(8)
        for box, ticked in shown.boxes:
            place = Area(area.x + box.x, area.top + box.y, box.width, box.height)
            if ticked:
                batched.box(place, "action", radius)
            else:
                batched.image(place, shapes.framed(box.width, radius, max(2.0, look().unit * 2.5)), "action")
        for pill in shown.pills:
            batched.box(Area(area.x + pill.x, area.top + pill.y, pill.width, pill.height), "action_soft", pill.height)
        if shown.picture is not None:
            if self._written is None or self._written[0] is not shown:
                self._written = (shown, self._slab.put(shown.picture))
            batched.inked(area.x - 2, area.top, self._written[1])
        self._batch.flush()
        painter.add_plain(self._batch.group)
