"""The shell around every screen: header, stage, bar of comforts, docked keyboard, dialogue, toast.

Guarantees:
- every control that the shell shows can be reached by touch, by Tab and Enter; a dialogue keeps the focus inside;
- the stage shrinks for the docked keyboard, so that what is written is never hidden by it;
- with commands at the bottom, header and bar lie under the stage, and on a pillar all of it in reach of a seated person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.graphics import ScissorPop, ScissorPush
from kivy.uix.widget import Widget

from kiosk.ui import theme
from kiosk.ui.header import ComfortBar, Header
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import Form, Look, look
from kiosk.ui.widgets import damage
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import forget_pictures
from kiosk.ui.widgets.toast import Toast

REACH_SHARE = 0.62  # of a pillar's height, when its mounting was not measured (settings)


class Stage(Widget):
    """Room for one screen, which draws nothing beyond it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._scissor = ScissorPush()
        self.canvas.before.add(self._scissor)
        self.canvas.after.add(ScissorPop())
        damage.patch(self)
        self.fbind("pos", self.place)
        self.fbind("size", self.place)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take the screen and give it the room."""
        super().add_widget(widget, *args, **kwargs)
        self.place()

    def place(self, *_: object) -> None:
        """The child takes everything."""
        self._scissor.pos, self._scissor.size = tuple(map(round, self.pos)), tuple(map(round, self.size))
        for child in self.children:
            child.pos, child.size = self.pos, self.size


class Veil(Widget):
    """A dialogue over everything: what is under it is dimmed and takes no finger."""

    def __init__(self, beside: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._beside = beside

    def on_touch_down(self, touch: Any) -> bool:
        """Keep every finger; one beside the dialogue closes it, when it may be closed."""
        if self.children and not self.children[0].collide_point(*touch.pos):
            self._beside()
        else:
            super().on_touch_down(touch)
        return True


class Shell(Widget):
    """The root widget. `desk` reaches it; screens do not."""

    def __init__(self, desk: Any, speech: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.desk = desk
        self.speech = speech
        self.speaking, self._told = False, ""
        self.stage = Stage()
        self.field: Any = None
        self.keyboard: Any = None
        self.keyboard_wanted = True
        self._toast: Toast | None = None
        self._veil: Veil | None = None
        self._screen: Screen | None = None
        self.finished: Callable[[], None] = lambda: None
        self._where = desk.settings.branch_name
        self._build()
        self.focus = Focus(lambda: self._veil or self, self.canvas.after, self._focused)
        self.fbind("size", self.place)
        self._end_watch = theme.watch(self._look_changed)

    def _build(self) -> None:
        self.clear_widgets()
        self.header = Header(self.desk)
        self.bar = ComfortBar(self.desk)
        self.header.search.bind(on_enter=lambda _f, text: self._searched(text, final=True))
        self.header.search.bind(on_text_changed=lambda _f, text: self._searched(text, final=False))
        for part in (self.header, self.stage, self.bar):
            self.add_widget(part)
        self.show_basket()

    # -- layout -------------------------------------------------------------------------------------------------------

    def _usable(self) -> Area:
        area = Area(0, 0, round(self.width), round(self.height))
        if look().reach and look().form is Form.TALL:
            settings = self.desk.settings
            share = REACH_SHARE
            if settings.height_mm > 0 and settings.floor_mm > 0:
                share = min(1.0, max(0.4, (settings.reach_mm - settings.floor_mm) / settings.height_mm))
            area.height = round(area.height * share)
        return area

    def place(self, *_: object) -> None:
        """Give header, stage, bar and keyboard their room."""
        area = self._usable()
        screen = self._screen
        if self.keyboard is not None:
            height = self.keyboard.natural_height()
            _put(self.keyboard, area.cut_bottom(height))
            self.bar.hidden = True
            self.bar.opacity = 0
        else:
            shown = screen is None or screen.bar
            self.bar.hidden = not shown
            self.bar.opacity = 1 if shown else 0
            _put(self.bar, area.cut_bottom(look().tall(72) if shown else 0))
        shown = screen is None or screen.header
        self.header.hidden = not shown
        self.header.opacity = 1 if shown else 0
        room = look().tall(80 if look().form is Form.COMPACT else 88)
        if shown:
            _put(self.header, area.cut_bottom(room) if look().reach else area.cut_top(room))
        _put(self.stage, area)
        if self._veil is not None:
            _put(self._veil, Area(0, 0, round(self.width), round(self.height)))
        self._place_toast()

    def _place_toast(self) -> None:
        if self._toast is not None:
            self._toast.fit_into(min(round(self.width) - look().px(32), look().px(760)))
            self._toast.pos = (round((self.width - self._toast.width) / 2), round(self.stage.y + look().px(16)))

    # -- screens ------------------------------------------------------------------------------------------------------

    def arrived(self, screen: Screen) -> None:
        """Lay out around a screen."""
        self._screen = screen
        self.focus.clear()
        self.place()
        self._show_bar()
        if self.speaking and screen.title():
            self.say(screen.title())

    def _show_bar(self) -> None:
        navigator = getattr(self.desk, "navigator", None)
        place = navigator.place if navigator else None
        moved = bool(navigator and navigator.can_go_back)
        self.bar.show(
            where=self._where,
            back=bool(moved and place and place.name != "home"),
            voice=self.speech is not None,
            speaking=self.speaking,
            paused=self.speaking and bool(self.speech.paused),
            done=moved or self.desk.visit.personal,
        )

    def finish(self) -> None:
        """The person says they are done; whoever watches the visit ends it."""
        self.finished()

    def show_where(self, branch: str) -> None:
        """Show the library's name in the bar."""
        if branch != self._where:
            self._where = branch
            self._show_bar()

    def _look_changed(self, _look: Look) -> None:
        forget_pictures()
        text, caret, active = self.header.search.text, self.header.search.caret, self.field is self.header.search
        self._build()
        self.header.search.text, self.header.search.caret = text, caret
        self.field = None
        if active:
            self.edit(self.header.search)
        self.place()
        if getattr(self.desk, "navigator", None):
            self.desk.navigator.rebuild()

    def rebuild(self) -> None:
        """Build every part again: the language has changed."""
        self._look_changed(look())

    def larger_text(self) -> None:
        """The next text size, back to the first after the last; the visit remembers it."""
        self.desk.visit.set_comforts(text=look().next_text().text)

    def show_basket(self) -> None:
        """Show how many records are in the basket, and the way out once there is something to forget."""
        self.header.show_basket(len(self.desk.visit))
        self._show_bar()

    def _searched(self, text: str, *, final: bool) -> None:
        navigator = self.desk.navigator
        if final:
            self.stop_editing()
        if not text.strip() and not final and navigator.place and navigator.place.name != "results":
            return
        navigator.go("results", words=text, typing=not final)

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def edit(self, field: Any) -> None:
        """Make `field` the one that keys write into, and dock the keyboard of the screen."""
        if self.field is not None and self.field is not field:
            self.field.active = False
        self.field = field
        field.active = True
        self.focus.clear()
        if getattr(field, "own_keys", False):  # the screen brings its own
            self._undock()
        elif self.keyboard is None and self.keyboard_wanted:
            self._dock()

    def _dock(self) -> None:
        from kiosk.ui.widgets.keyboard import Keyboard  # costs the start of the kiosk nothing: nobody writes before it is drawn

        visit = self.desk.visit
        keyboard = Keyboard(
            board=getattr(self.field, "board", "text"), enter=getattr(self.field, "verb", "") or _("OK"), abc=visit.comforts.abc
        )
        keyboard.bind(
            on_text=lambda _k, text: self.field and self.field.insert(text),
            on_erase=lambda _k: self.field and self.field.erase(),
            on_clear=lambda _k: self.field and self.field.clear(),
            on_enter=lambda _k: self.field and self.field.enter(),
            on_close=lambda _k: self.stop_editing(),
            on_order=lambda _k: visit.set_comforts(abc=not visit.comforts.abc),
        )
        self.keyboard = keyboard
        self.add_widget(keyboard)
        self.place()

    def stop_editing(self) -> None:
        """Take the keyboard away; what was written stays."""
        if self.field is not None:
            self.field.active = False
            self.field = None
        self._undock()

    def _undock(self) -> None:
        if self.keyboard is not None:
            self.remove_widget(self.keyboard)
            self.keyboard = None
            self.place()

    # -- dialogue, toast, voice -----------------------------------------------------------------------------------------

    def overlay(self, widget: Any) -> None:
        """Show a dialogue over everything."""
        self.close_overlay()
        self.stop_editing()
        closes = getattr(widget, "closes_beside", True)
        self._veil = Veil(self.close_overlay if closes else lambda: None)
        self._veil.add_widget(widget)
        self.add_widget(self._veil)
        veil = self._veil
        Painter(veil.canvas.before).fill(Area(0, 0, round(self.width), round(self.height)), look().colour("shade", 0.45))

        def fit(*_: object) -> None:
            if widget.size_hint[0] is not None:
                widget.size = veil.size
            # by its corner: the centre of a widget whose height has just changed is still the old one, and setting it does nothing
            widget.pos = (round(veil.center_x - widget.width / 2), round(veil.center_y - widget.height / 2))

        veil.bind(size=fit)
        widget.bind(width=fit, height=fit)
        self.place()
        fit()
        self.focus.clear()

    def close_overlay(self) -> None:
        """Take the dialogue away."""
        if self._veil is not None:
            self._veil.clear_widgets()
            self.remove_widget(self._veil)
            self._veil = None
            self.focus.clear()

    @property
    def passing(self) -> Any:
        """The word in passing shown, or None."""
        return self._toast

    @property
    def dialogue(self) -> Any:
        """The dialogue shown, or None."""
        return self._veil.children[0] if self._veil is not None and self._veil.children else None

    def toast(self, words: str, icon: str, action: str, act: Callable[[], None] | None) -> None:
        """Show a word in passing, in place of the one before."""
        if self._toast is not None:
            self._toast.close()
        self._toast = Toast(words, icon, action, act, self._toast_gone)
        self.add_widget(self._toast)
        self._place_toast()
        self.say(words)

    def end_toast(self) -> None:
        """Take the word in passing away."""
        if self._toast is not None:
            self._toast.close()

    def _toast_gone(self) -> None:
        if self._toast is not None:
            self.remove_widget(self._toast)
            self._toast = None

    def toggle_voice(self) -> None:
        """Read aloud from now on, or no more."""
        self.speaking = not self.speaking
        self._show_bar()
        if self.speaking and self._screen is not None:
            self.say(self._screen.title())
        elif self.speech is not None:
            self.speech.stop()

    def silence(self) -> None:
        """Stop speaking, read aloud no more, and keep nothing of what was said."""
        self.speaking, self._told = False, ""
        if self.speech is not None:
            self.speech.stop()
        self._show_bar()

    def pause_voice(self) -> None:
        """Stand still in the middle of the sentence, or go on from there."""
        if self.speech is not None:
            self.speech.pause()
            self._show_bar()

    def repeat_voice(self) -> None:
        """Say the last sentence once more."""
        self.say(self._told)

    def say(self, words: str) -> None:
        """Say it, when the patron asked for a voice."""
        if self.speaking and self.speech is not None and words:
            self._told = words
            paused = self.speech.paused
            self.speech.say(words)
            if paused:
                self._show_bar()

    def _focused(self, words: str) -> None:
        told = self._told
        self.say(words)
        if self.focus.stop is not None and self.focus.stop.owner in (self.bar.pause, self.bar.again):
            self._told = told  # "again" is not what one wants to hear again

    def on_touch_down(self, touch: Any) -> bool:
        """A finger ends the ring of the focus and, outside of what is written in, the writing."""
        self.focus.clear()
        if self._veil is not None:
            return bool(self._veil.on_touch_down(touch))
        field = self.field
        handled = bool(super().on_touch_down(touch))
        if field is not None and self.field is field and not self._writes(touch):
            Clock.schedule_once(lambda _dt: self._left(field), 0)
        return handled

    def _left(self, field: Any) -> None:
        if self.field is field:
            self.stop_editing()

    def _writes(self, touch: Any) -> bool:
        if self.keyboard is not None and self.keyboard.collide_point(*touch.pos):
            return True
        inside = self.field.to_widget(*touch.pos)
        return bool(self.field.collide_point(*inside)) or touch.y > self.stage.y

    def close(self) -> None:
        """End timers and watches."""
        self._end_watch()
        if self._toast is not None:
            self._toast.close()


def _put(widget: Any, area: Area) -> None:
    widget.pos, widget.size = area.pos, area.size
