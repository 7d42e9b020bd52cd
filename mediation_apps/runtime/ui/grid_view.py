"""The grid of steps and the pads of the sound studio: drawing, and fingers.

Guarantees: a pad sounds when the finger comes down, any number of them at once; whose lane it is shows as a shape; a finger that scrolls
turns no step on.
"""

from __future__ import annotations

from typing import Any, Protocol

from kivy.uix.widget import Widget

from kiosk.ui.theme import SMALL, TINY, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Stop, window_area
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, width_of, wrap
from mediation_apps.i18n import _
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.play.beat import BeatState
from mediation_apps.runtime.sound.pattern import STEPS, VOICES
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import EDGES, SIGNS

SHAPES = ("circle", "triangle", "square", "rhombus")  # whose lane: one shape a person
HUES = ("lavender", "pine", "ochre", "blue")


class Hits(Protocol):
    """Who hears the pads."""

    def hit(self, number: int) -> None:
        """One live hit."""
        ...


class Tool(Button):
    """A button of the toolbar, found again by the focus under its target's name."""

    def __init__(self, target: str, **kwargs: Any) -> None:
        self.target = target
        super().__init__(**kwargs)

    def stops(self) -> list[Stop]:
        """One stop, named."""
        return [Stop(self, window_area(self), self.label(), self.press, self.target)] if self.enabled and self.label() else []


def _whole(words: str, style: Style, room: int) -> bool:
    """Whether words stand on two lines of `room` pixels with no word broken: no sign takes their place."""
    return all(width_of(word, style) <= room for word in words.split()) and len(wrap(words, style, room, 3)) <= 2


class StepGrid(Drawn):
    """Lanes of eight steps. A press on a step turns it on or off; the head of a lane changes its sound."""

    redraw_on = ()

    def __init__(self, host: Host, state: BeatState, **kwargs: Any) -> None:
        lanes = len(state.pattern.lanes)
        taken = 536 if state.activity.pads else 360  # units of bars, tools, pads and shelf at 1280×800
        room = look().height / look().unit - taken
        self.cell = look().px(max(52, min(100, room / max(lanes, 3))))
        self.cell = max(self.cell, look().target if look().text > 1.2 else 0)
        self._gap = look().px(8)
        super().__init__(size_hint_y=None, height=lanes * (self.cell + self._gap), **kwargs)
        self._host, self.state = host, state
        self.lit = self._entered = -1  # the step that sounds; the lane entered with two switches
        self._head_light = Playhead()
        self.add_widget(self._head_light)
        for name in ("pos", "size"):
            self.fbind(name, self._move_light)

    def head_width(self) -> int:
        """Pixels of the lanes' heads."""
        return round(min(self.width * 0.26, look().tall(190)))

    def cell_area(self, lane: int, step: int) -> Area:
        """Where a step is; −1 is the head of the lane."""
        top = round(self.top) - lane * (self.cell + self._gap) - self.cell
        head = self.head_width()
        if step < 0:
            return Area(round(self.x), top, head, self.cell)
        wide = (self.width - head - self._gap) / STEPS
        left = round(self.x + head + self._gap + step * wide)
        return Area(left, top, round(self.x + head + self._gap + (step + 1) * wide) - left - self._gap, self.cell)

    def _area_of(self, target: str) -> Area:
        name, _colon, number = target.partition(":")
        return self.cell_area(int(number), -1) if name == "lane" else self.cell_area(*divmod(int(number), STEPS))

    def stops(self) -> list[Stop]:
        """Heads and steps that can be pressed, lane by lane; with two switches the lanes first, then the steps of the lane entered."""
        by_switches = bool(getattr(self._host, "switches", False))
        if by_switches and self._entered < 0:
            return [self._way_in(lane) for lane in range(len(self.state.pattern.lanes))]
        found = []
        for target in self.state.targets():
            if target.role in ("lane", "cell") and target.enabled and (not by_switches or self._lane_of(target.id) == self._entered):
                act = lambda name=target.id: self._host.give(Press(name))  # noqa: E731
                found.append(Stop(self, window_area(self, self._area_of(target.id)), target.label, act, target.id, 12))
        return [*found, self._way_out()] if by_switches else found

    @staticmethod
    def _lane_of(target: str) -> int:
        name, _colon, number = target.partition(":")
        return int(number) if name == "lane" else int(number) // STEPS

    def _way_in(self, lane: int) -> Stop:
        voice = VOICES[self.state.pattern.lanes[lane][0]].label
        area = window_area(self, self.cell_area(lane, -1))
        return Stop(
            self, area, _("Piste {n}, {voice}. Entrer").format(n=lane + 1, voice=voice), lambda: self._enter(lane), f"enter:{lane}", 12
        )

    def _way_out(self) -> Stop:
        area = window_area(self, self.cell_area(self._entered, -1))
        return Stop(self, area, _("Sortir de la piste"), lambda: self._enter(-1), "leave", 12)

    def _enter(self, lane: int) -> None:
        """In or out; the ring goes along, so that no step is far."""
        left, self._entered = self._entered, lane
        focus = getattr(self._host, "focus", None)
        if focus is not None:
            focus.set(self._way_in(left) if lane < 0 else self.stops()[0])

    def on_touch_down(self, touch: Any) -> bool:
        """Remember where the finger came down."""
        hit = self._under(touch)
        if hit:
            touch.grab(self)
            touch.ud[self.uid] = hit
        return bool(hit)

    def on_touch_up(self, touch: Any) -> bool:
        """Act where it came down, unless it scrolled or left."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if not touch.ud.get("scrolled") and self._under(touch) == touch.ud.get(self.uid):
            self._host.give(Press(touch.ud[self.uid]))
        return True

    def _under(self, touch: Any) -> str:
        for target in self.state.targets():
            if target.role in ("lane", "cell") and target.enabled and self._area_of(target.id).contains(*touch.pos):
                return target.id
        return ""

    def light(self, step: int) -> None:
        """The step that sounds now; −1 for none."""
        self.lit = step
        self._move_light()

    def _move_light(self, *_: object) -> None:
        self._head_light.opacity = 1 if self.lit >= 0 else 0
        if self.lit >= 0:
            first, last = self.cell_area(0, self.lit), self.cell_area(len(self.state.pattern.lanes) - 1, self.lit)
            out = look().px(4)
            self._head_light.pos = (last.x - out, last.y - out)
            self._head_light.size = (first.width + 2 * out, first.top - last.y + 2 * out)

    def draw(self, painter: Painter, area: Area) -> None:
        """Heads, then steps."""
        targets = {target.id: target for target in self.state.targets()}
        for lane, (voice, _steps) in enumerate(self.state.pattern.lanes):
            owner = self.state.owner(lane)
            hue = HUES[owner if self.state.hands > 1 else lane]
            self._draw_head(painter, lane, voice, hue, targets[f"lane:{lane}"].enabled)
            for step in range(STEPS):
                target = targets[f"cell:{lane * STEPS + step}"]
                self._draw_cell(painter, self.cell_area(lane, step), step, hue, SHAPES[owner], target.selected, target.mark)

    def _draw_head(self, painter: Painter, lane: int, voice: str, hue: str, changes: bool) -> None:
        box = self.cell_area(lane, -1)
        painter.box(box, hue, look().px(14))
        row = box.inset(look().px(10), look().px(4))
        size, label = look().px(30), VOICES[voice].label
        style = Style(look().font(TINY), Weight.SEMIBOLD, 1.1)
        if self.state.hands > 1:
            painter.icon(row.cut_left(size, look().px(8)), SHAPES[self.state.owner(lane)], "on_rubric", px=size)
        elif row.width > look().px(130) and _whole(label, style, row.width - size - look().px(8)):
            painter.icon(row.cut_left(size, look().px(8)), VOICES[voice].icon, "on_rubric", px=size)
        if changes and row.width > look().px(110) and _whole(label, style, row.width - look().px(26)):
            painter.icon(row.cut_right(look().px(22), look().px(4)), "chevron_right", "on_rubric", px=look().px(22))
        painter.text(row, label, "on_rubric", TINY, Weight.SEMIBOLD, most=2, leading=1.1)

    @staticmethod
    def _draw_cell(painter: Painter, box: Area, step: int, hue: str, shape: str, on: bool, mark: str) -> None:
        radius = look().px(12)
        painter.box(box, hue if on else "paper", radius)
        painter.outline(
            box, EDGES.get(mark, "edge" if step % 4 == 0 else "line"), radius, look().px(5 if mark else 3 if step % 4 == 0 else 2)
        )
        size = min(box.height, box.width) // 2
        if mark in SIGNS:
            painter.icon(box, SIGNS[mark], "on_rubric" if on else "ok_deep", px=size)
        elif on:
            painter.icon(box, shape, "on_rubric", px=size)
        elif step % 4 == 0:
            painter.text(box, str(step + 1), "mute", TINY, align="center")


class Playhead(Drawn):
    """The frame around the step that sounds: moved, not drawn again with the grid."""

    def draw(self, painter: Painter, area: Area) -> None:
        """An outline."""
        painter.outline(area, "action_deep", look().px(16), look().px(5))


class Pad(Drawn):
    """Sounds when a finger comes down."""

    def __init__(self, view: Hits, number: int, voice: str, hue: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view, self._number, self._voice, self._hue = view, number, voice, hue
        self._fingers: set[Any] = set()

    def stops(self) -> list[Stop]:
        """One stop; Enter is a hit."""
        spoken = _("Jouer : {voice}").format(voice=VOICES[self._voice].label)
        return [Stop(self, window_area(self), spoken, lambda: self._view.hit(self._number), f"pad:{self._number}", 20)]

    def on_touch_down(self, touch: Any) -> bool:
        """Sound now, and keep the page still under the finger."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        touch.ud["scrolled"] = f"pad-{touch.uid}"
        self._fingers.add(touch.uid)
        self._view.hit(self._number)
        self.redraw()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._fingers.discard(touch.uid)
        self.redraw()
        return True

    @staticmethod
    def style() -> Style:
        """How its name is written."""
        return Style(look().font(SMALL), Weight.BOLD, 1.1)

    def draw(self, painter: Painter, area: Area) -> None:
        """Its icon and name; pressed, it turns light."""
        radius, held = look().px(20), bool(self._fingers)
        painter.box(area, "action_soft" if held else self._hue, radius)
        if held:
            painter.outline(area, self._hue, radius, look().px(6))
        ink = "action_deep" if held else "on_rubric"
        inner = area.inset(look().px(8), look().px(8))
        style = self.style()
        words = line_height(style) * len(wrap(VOICES[self._voice].label, style, inner.width, 2))
        if inner.height > look().px(84) and inner.height * 0.45 >= words:
            painter.icon(inner.cut_top(inner.height * 0.55), VOICES[self._voice].icon, ink, px=look().px(44))
        painter.text(inner, VOICES[self._voice].label, ink, SMALL, Weight.BOLD, align="center", most=2, leading=1.1)


class PadRow(Widget):
    """Pads beside each other, four in a row, or two where a name would be broken."""

    def __init__(self, view: Hits, voices: tuple[str, ...], large: bool, **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, **kwargs)
        self._most = min(4 if look().form is not Form.TALL or not large else 2, max(1, len(voices)))
        style = Pad.style()
        self._longest = max((width_of(word, style) for voice in voices for word in VOICES[voice].label.split()), default=0)
        self._tall = look().tall(150 if large else 76)
        self._gap = look().px(12)
        self.pads = [Pad(view, n, voice, HUES[n % len(HUES)]) for n, voice in enumerate(voices)]
        for pad in self.pads:
            self.add_widget(pad)
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        self._place()

    def _wide(self, columns: int) -> float:
        return (self.width - self._gap * (columns - 1)) / columns

    def _place(self, *_: object) -> None:
        room = self._longest + 2 * look().px(8)
        columns = self._most if self._wide(self._most) >= room else min(2, self._most)
        rows, wide = -(-len(self.pads) // columns), self._wide(columns)
        self.height = max(0, rows * (self._tall + self._gap) - self._gap)
        for n, pad in enumerate(self.pads):
            row, column = divmod(n, columns)
            pad.size = (round(wide), self._tall)
            pad.pos = (round(self.x + column * (wide + self._gap)), round(self.top - (row + 1) * self._tall - row * self._gap))
