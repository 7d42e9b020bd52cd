"""The player of a workshop: page by page, by touch, by keyboard, by two switches, aloud.

Guarantees: everything a finger reaches, Tab and Enter reach, and so do two switches (one goes on, one presses); a change of comfort
redraws the page and loses no answer; nothing is written anywhere, and ending forgets everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kivy.graphics import Color, Rectangle

from kiosk.ui import theme
from kiosk.ui.theme import Form, look
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.text import forget_pictures
from mediation_apps.errors import WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.notices import Carried, Notice, Notices
from mediation_apps.runtime.pack import Pack, linked
from mediation_apps.runtime.play.base import CHECK, NEXT, Intent, Press, Target, Write
from mediation_apps.runtime.play.predict import RUN
from mediation_apps.runtime.ui.backdrop import Backdrop
from mediation_apps.runtime.ui.bars import ICONS, SaidBar, TopBar
from mediation_apps.runtime.ui.bottom_bar import BottomBar
from mediation_apps.runtime.ui.drag import DRAGS, Ghosts
from mediation_apps.runtime.ui.media import Decoder, SoundPlayer
from mediation_apps.runtime.ui.notice_view import Bookshelf, NoticeSheet
from mediation_apps.runtime.ui.overlays import Curtain, Ending
from mediation_apps.runtime.ui.page_view import PageView, end_sheet
from mediation_apps.runtime.ui.workbench import Workbench
from mediation_apps.runtime.ui.writing import Writing

PALETTES = ("limestone", "contrast", "night")
LEADING = frozenset({CHECK, NEXT, RUN})  # the verbs that are the next thing to do


class Player(Writing):
    """The root widget. `voice` says and stops; `switches` gives Space to go on and Enter to press."""

    def __init__(self, pack: Pack, seed: int = 0, voice: Any = None, switches: bool = False, catalogue: Notices | None = None) -> None:
        super().__init__()
        self.pack, self.seed, self.voice, self.switches = pack, seed, voice, switches
        self.laid_out = pages(pack.activities, seed)
        self.run = Run.begin(self.laid_out, seed)
        self.ended = False
        self.watch: Callable[[Run, bool], None] = lambda _run, _ended: None  # told after every change
        self.veil: Curtain | None = None
        self.comforts_open = False
        self.shelf = Bookshelf(Carried(pack.manifest.notices), catalogue)
        self.notice: NoticeSheet | None = None
        for _file, record in linked(pack.manifest, pack.entries):
            self.shelf.ask(record)
        self.log: dict[int, list[Intent]] = {}  # the gestures of each page, to be shown when the facilitator asks
        self.speaking = False
        self.decoder, self.sound, self.bench = Decoder(pack.media), SoundPlayer(), Workbench()
        self.field: Any = None
        self.keyboard: Keyboard | None = None
        self.page: Any = None
        self._hands: dict[Any, int] = {}
        self.backdrop, self.ghosts = Backdrop(), Ghosts()
        with self.backdrop.scene.before:
            self._ground = Color(*look().colour("paper"))
            self._ground_box = Rectangle()
        self.add_widget(self.backdrop)
        self.add_widget(self.ghosts)
        self._build()
        self.focus = Focus(lambda: self.veil or self.notice or self, self.canvas.after, self.say)
        self.fbind("size", self.place)
        self._end_watch = theme.watch(self._look_changed)

    # ── building ───────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        self.backdrop.clear_widgets()
        about = self.pack.manifest
        self.top_bar = TopBar(workshop=about.title, theme=about.theme, total=len(self.laid_out))
        self.said = SaidBar()
        self.bar = BottomBar(self)
        for part in (self.top_bar, self.said, self.bar):
            self.backdrop.add_widget(part)
        self._open()

    def _open(self) -> None:
        for ghost in tuple(self.ghosts.children):  # nobody else takes it away: its tile goes with the page, whatever the finger does
            self.lay(ghost)
        if self.page is not None:
            self.backdrop.remove_widget(self.page)
        self.said.words = ""
        if self.ended:
            self.page = Ending(end_sheet(self, self.pack.manifest.title, self.pack.manifest.records))
            self.top_bar.title = _("Fin")
        else:
            about = self.pack.manifest
            self.page = PageView(self, self.run, about.identifier, ICONS.get(about.theme, "school"))
            self.top_bar.title = self.run.page.title or self.pack.manifest.title
        self.top_bar.at = self.run.at
        self.backdrop.add_widget(self.page, index=len(self.backdrop.children) - 1)  # behind the bars, and before them in the order of focus
        self._show_bar()
        self.place()

    def place(self, *_: object) -> None:
        """Give every part its room."""
        width, top, bottom = self.width, self.height, 0.0
        _put(self.backdrop, 0, 0, width, top)
        head = look().tall(72 if look().form is Form.COMPACT else 84)
        _put(self.top_bar, 0, top - head, width, head)
        if self.keyboard is not None:
            bottom = self.keyboard.natural_height()
            _put(self.keyboard, 0, 0, width, bottom)
            _put(self.bar, 0, -4000, width, 1)
            self.bar.opacity = 0  # out of sight is out of the order of focus
        else:
            self.bar.opacity = 1
            bottom = look().target + look().px(24)
            _put(self.bar, 0, 0, width, bottom)
        self._ground_box.pos, self._ground_box.size = (0, 0), (width, bottom)
        tall = self.said.natural_height(width)
        _put(self.said, 0, bottom + look().px(8), width, tall)
        bottom += tall + look().px(16 if tall else 0)
        _put(self.page, 0, bottom, width, max(0, top - head - bottom))
        for over in (self.notice, self.veil):
            if over is not None:
                _put(over, 0, 0, width, self.height)

    # ── the host of the views ──────────────────────────────────────────────────────────────────────────

    def give(self, intent: Intent) -> None:
        """Pass an intent to the task."""
        if self.ended:
            return
        before = self.run
        self.run, said = self.run.apply(intent)
        if self.run is not before:
            self._remember(intent)
        self.page.show(self.run)
        if said is not None:
            self.said.words, self.said.verdict = said.said, said.verdict
            self.say(said.said)
        elif isinstance(intent, Press) and self.said.words and self.said.verdict not in ("", "info"):
            self.said.words = ""
        self._show_bar()
        self.place()
        if said is not None:
            self.page.keep_in_sight()
        self.focus.refresh()
        self.watch(self.run, self.ended)

    def _remember(self, intent: Intent) -> None:
        done = self.log.setdefault(self.run.at, [])
        if isinstance(intent, Write) and done and isinstance(done[-1], Write) and done[-1].target == intent.target:
            done.pop()  # only what stands in a gap matters, not each letter
        done.append(intent)

    def tell(self, words: str) -> None:
        """Show and say a hint."""
        self.said.words, self.said.verdict = words, ""
        self.place()
        self.say(words)

    def hand(self, touch: Any) -> int:
        """Fingers are numbered from 1 as they come."""
        return self._hands.setdefault(touch.uid, len(self._hands) % 90 + 1)

    def lift(self, ghost: Any) -> None:
        """Above the page, which stands still under the hands."""
        self.ghosts.add_widget(ghost)
        self.backdrop.hold(True)

    def lay(self, ghost: Any) -> None:
        """Take it away."""
        self.ghosts.remove_widget(ghost)
        self.backdrop.hold(bool(self.ghosts.children))

    def on_touch_move(self, touch: Any) -> bool:
        """A finger that carries something is followed by what it carries; nobody else is asked."""
        return DRAGS in touch.ud or bool(super().on_touch_move(touch))

    def picture(self, view: Any, path: str, width: int, height: int) -> None:
        """Decode on the thread of the pictures."""
        self.decoder.ask(path, width, height, view.arrived)

    def notices(self, records: tuple[str, ...]) -> list[Notice]:
        """What is known of these catalogue records now."""
        return self.shelf.find(records)

    def read(self, notice: Notice) -> None:
        """Open a notice over the page."""
        self.close_notice()
        self.stop_editing()
        self.notice = NoticeSheet(self, notice, self.close_notice)
        self.add_widget(self.notice)
        self.focus.clear()
        self.place()
        self.say(". ".join(part for part in (notice.title, notice.author, notice.summary) if part))

    def close_notice(self) -> None:
        """Back to the page."""
        if self.notice is not None:
            self.remove_widget(self.notice)
            self.notice = None
            self.focus.clear()

    def play(self, path: str) -> None:
        """Play a recording, or say that this tablet cannot."""
        try:
            playing = self.sound.play(path, self.pack.media(path))
        except WorkshopError:
            playing = False
        if not playing:
            self.tell(_("Cette tablette ne peut pas jouer ce son. Continuez sans lui."))

    # ── going on ───────────────────────────────────────────────────────────────────────────────────────

    def _verbs(self) -> list[Target]:
        state = None if self.ended else self.run.state
        return [target for target in state.targets() if target.role == "button"] if state is not None else []

    def _show_bar(self) -> None:
        verbs = self._verbs()
        state = self.run.state
        under_way = state is not None and not state.done and not self.ended
        shown = [(target.id, target.label, _kind(target, under_way), target.enabled) for target in verbs[:3]]
        if self.ended:
            self.bar.show([], _("Recommencer"), True)
            return
        waiting = under_way and any(target.id in LEADING for target in verbs)
        on = _("Passer") if waiting else _("Terminer") if self.run.last else _("Continuer")
        self.bar.show(shown, on, self.run.at > 0)

    def verb(self, number: int) -> None:
        """Press one of the task's own verbs."""
        verbs = self._verbs()
        if number < len(verbs):
            self.give(Press(verbs[number].id))

    def forward(self) -> None:
        """The next page; after the last, the end; after the end, everything forgotten and the first again."""
        self._leave()
        if self.ended:
            self.forget()
            return
        if self.run.last:
            self.ended = True
        else:
            self.run = self.run.go(self.run.at + 1)
        self._arrive()

    def back(self) -> None:
        """The page before; from a notice, back to its page."""
        if self.notice is not None:
            self.close_notice()
            return
        self._leave()
        self.run = self.run if self.ended else self.run.go(self.run.at - 1)
        self.ended = False
        self._arrive()

    def go(self, at: int) -> None:
        """To a page by its number (the facilitator sends everybody to a step)."""
        self._leave()
        self.ended, self.run = False, self.run.go(at)
        self._arrive()

    def _leave(self) -> None:
        self.stop_editing()
        self.sound.stop()
        leave = getattr(getattr(self.page, "task", None), "leave", None)
        if leave is not None:
            leave()
        self.bench.sound(None)

    def _arrive(self) -> None:
        self.close_notice()
        self.focus.clear()
        self._open()
        self.say(self.spoken_page())
        self.watch(self.run, self.ended)

    def forget(self) -> None:
        """Everything answered is gone, the first page is in sight."""
        self.ended, self.run = False, Run.begin(self.laid_out, self.seed)
        self.log.clear()
        self.bench.forget()
        self._arrive()

    def cover(self, icon: str, words: str, verb: str = "", act: Callable[[], None] = lambda: None) -> None:
        """Hide the workshop behind a sentence and at most one button; no finger and no key passes. Empty words take it away."""
        if self.veil is not None:
            self.remove_widget(self.veil)
            self.veil = None
        if words:
            self.stop_editing()
            self.veil = Curtain(icon, words, verb, act)
            self.add_widget(self.veil)
            self.say(words)
        self.focus.clear()
        self.place()

    def spoken_page(self) -> str:
        """What is read aloud on arriving."""
        if self.ended:
            return _("C’est fini, merci !")
        page = self.run.page
        parts = [page.title, *(info.body.plain for info in page.infos if hasattr(info, "body"))]
        parts.append(page.task.instruction.plain if page.task is not None else "")
        return ". ".join(part for part in parts if part)

    # ── comforts ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def has_voice(self) -> bool:
        """Whether this tablet can speak."""
        return self.voice is not None

    def larger_text(self) -> None:
        """The next size, back to the first after the last."""
        theme.use(look().next_text())

    def next_palette(self) -> None:
        """Limestone, high contrast, night."""
        theme.use(look().with_palette(PALETTES[(PALETTES.index(look().palette.name) + 1) % len(PALETTES)]))

    def toggle_voice(self) -> None:
        """Read aloud from now on, or no more."""
        self.speaking = not self.speaking
        if self.speaking:
            self.say(self.spoken_page())
        elif self.voice is not None:
            self.voice.stop()

    def toggle_switches(self) -> None:
        """Two switches from now on (Space goes on, Enter presses), or no more."""
        self.switches = not self.switches
        for button in self.bar.comforts:
            button.selected = self.switches and button is self.bar.comforts[-1]
        self.tell(
            _("Deux boutons : Espace avance, Entrée appuie.") if self.switches else _("Deux boutons : arrêté. Le clavier écrit de nouveau.")
        )

    def say(self, words: str) -> None:
        """Say it when the voice is wanted."""
        if self.speaking and self.voice is not None and words:
            self.voice.say(words)

    def _look_changed(self, _look: theme.Look) -> None:
        from kivy.core.window import Window

        forget_pictures()
        self.stop_editing()
        Window.clearcolor = look().colour("ground")
        self._ground.rgba = look().colour("paper")
        self.page = None
        self.close_notice()
        self._build()
        if self.veil is not None:
            self.cover(self.veil.icon, self.veil.words, self.veil.verb, self.veil.act)
        self.place()

    def close(self) -> None:
        """End threads, sounds, voice and watches."""
        self._end_watch()
        self.decoder.close()
        self.shelf.close()
        self.bench.close()
        self.sound.stop()
        if self.voice is not None:
            self.voice.stop()

    def reset_look(self) -> None:
        """Comforts last one session."""
        theme.use(replace(look(), text=1.0, palette=theme.PALETTES["limestone"]))


def _kind(target: Target, under_way: bool) -> str:
    """The one leading verb is the primary button; while it cannot be pressed yet it is only an outline."""
    if target.id not in LEADING or not under_way:
        return "quiet"
    return "primary" if target.enabled else "paper"


def _put(widget: Any, x: float, y: float, width: float, height: float) -> None:
    widget.pos, widget.size = (round(x), round(y)), (round(width), round(height))
