"""The bench screen: one sentence, a tile a device, one big button, the case before and after.

Guarantees: shows snapshots and never asks the inventory; a wipe is asked twice, the second time with its own verb; everything a
finger reaches, a keyboard reaches. Layout in `bench.kv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from fleet.ui.snapshot import EMPTY, BenchSnapshot, Deed, Tile
from fleet.ui.tiles import TileGrid
from kiosk.ui.theme import HEAD, TITLE, look
from kiosk.ui.widgets import scroller as _scroller  # noqa: F401  named in bench.kv
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.layouts import Flow, Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text

Builder.load_file(str(Path(__file__).with_suffix(".kv")))
TAB, ENTER, KEYPAD_ENTER, SPACE, ESCAPE, UP, DOWN, RIGHT, LEFT = 9, 13, 271, 32, 27, 273, 274, 275, 276
_ = TileGrid  # named in bench.kv


class Worker(Protocol):
    """What the screen asks for."""

    def choose(self, case_id: str) -> None:
        """Show another case."""

    def reset(self, case_id: str) -> None:
        """Reset it."""

    def answer(self, device_id: str, answers: Mapping[str, bool]) -> None:
        """What a person found on a device that is checked by hand."""


class Veil(FloatLayout, Drawn):
    """A question over everything: a finger beside it closes it."""

    def __init__(self, title: str, words: str, buttons: list[tuple[str, str, Any]], close: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._close = close
        self.sheet = Sheet(
            size_hint=(None, None), width=min(look().px(720), self.width - look().px(48)), pos_hint={"center_x": 0.5, "center_y": 0.5}
        )
        self.sheet.add_widget(Text(words=title, units=TITLE, weight="bold"))
        if words:
            self.sheet.add_widget(Text(words=words, units=HEAD, paint="mute"))
        row = Flow(align="right", gap=14)
        for text, kind, act in buttons:
            row.add_widget(Button(text=text, kind=kind, on_release=lambda *_a, act=act: act()))
        self.sheet.add_widget(row)
        self.add_widget(self.sheet)

    def draw(self, painter: Painter, area: Area) -> None:
        """A shade over the screen."""
        painter.fill(area, look().colour("shade", 0.55))

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing under it is touched."""
        if not self.sheet.collide_point(*touch.pos):
            self._close()
            return True
        super().on_touch_down(touch)
        return True


class BenchScreen(FloatLayout):
    """The whole window."""

    snapshot = ObjectProperty(EMPTY)
    title = StringProperty("")
    where = StringProperty("")
    sentence = StringProperty("")
    button = StringProperty("")
    several = BooleanProperty(False)
    can_act = BooleanProperty(False)

    def __init__(self, work: Worker, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work
        self._veil: Veil | None = None
        self.focus = Focus(lambda: self._veil or self, self.canvas.after)
        self.ids.grid.touched = self.tell

    def on_snapshot(self, _screen: object, snapshot: BenchSnapshot) -> None:
        """Show it; the screen changes only where the value did."""
        self.title, self.where, self.sentence = snapshot.title, snapshot.where, snapshot.sentence
        self.button, self.several = snapshot.button, bool(snapshot.after) and not snapshot.running
        self.can_act = snapshot.deed is not Deed.NONE
        self.ids.grid.show(snapshot.tiles)

    def turn(self, step: int) -> None:
        """The case before or after."""
        self.work.choose(self.snapshot.after if step > 0 else self.snapshot.before)

    def ask(self) -> None:
        """Before anything is wiped."""
        case_id = self.snapshot.case_id

        def go() -> None:
            self.close()
            self.work.reset(case_id)

        self._show(self.snapshot.question, "", [("Non", "quiet", self.close), ("Oui, remettre à zéro", "ok", go)])

    def tell(self, tile: Tile) -> None:
        """All that is known of a device, in words; one that is checked by hand is asked about."""
        if tile.questions and not self.snapshot.running:
            self.question(tile, 0, {})
            return
        words = tile.reason if tile.reason and tile.reason != tile.word else ""
        battery = f"Batterie : {tile.battery}." if tile.battery else ""
        self._show(f"{tile.name} · {tile.word}", " ".join(part for part in (words, battery) if part), [("Fermer", "primary", self.close)])

    def question(self, tile: Tile, number: int, answers: dict[str, bool]) -> None:
        """One point after the other; leaving by Escape or beside it keeps nothing."""
        if number == len(tile.questions):
            self.close()
            self.work.answer(tile.device_id, answers)
            return
        item = tile.questions[number]

        def answered(value: bool | None) -> Callable[[], None]:
            known = answers if value is None else answers | {item.id: value}
            return lambda: self.question(tile, number + 1, known)

        choices = [("Pas vérifié", "plain", answered(None)), ("Non", "warn", answered(False)), ("Oui", "ok", answered(True))]
        self._show(f"{tile.name} · {number + 1} sur {len(tile.questions)}", item.text, choices)

    def _show(self, title: str, words: str, buttons: list[tuple[str, str, Any]]) -> None:
        self.close()
        self._veil = Veil(title, words, buttons, self.close, size=self.size, pos=self.pos)
        self.add_widget(self._veil)
        self.focus.clear()

    def close(self) -> None:
        """Take the question away."""
        if self._veil is not None:
            self.remove_widget(self._veil)
            self._veil = None
            self.focus.clear()

    def on_key(self, key: int, modifiers: list[str]) -> bool:
        """A keyboard or a switch."""
        if key == ESCAPE:
            self.close()
        elif key in (ENTER, KEYPAD_ENTER, SPACE):
            return self.focus.act()
        elif key in (TAB, UP, DOWN, LEFT, RIGHT):
            self.focus.move(-1 if key in (UP, LEFT) or (key == TAB and "shift" in modifiers) else 1)
        else:
            return False
        return True
