"""The editor: what can be changed on the left, the page as participants see it on the right.

Guarantees: nobody sees a file; what cannot be played is not saved, and the reason stands below with its activity and line; each change that
can is saved at once, whole; the way back is one press, also after something was deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.layouts import Flow
from kiosk.ui.widgets.scroller import Scroller
from mediation_apps.errors import WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.native import gallery
from mediation_apps.runtime.native.editing import Part, Place, changed, doubled, paragraphs, parts, places, removed
from mediation_apps.runtime.native.notebook import MANIFEST, SCRIPT, Notebook, Outcome
from mediation_apps.runtime.native.starters import Starter
from mediation_apps.runtime.pack import REFUSED, Entry, Pack
from mediation_apps.runtime.ui import edit_lists
from mediation_apps.runtime.ui.bars import SaidBar, TopBar
from mediation_apps.runtime.ui.edit_fields import Alt, Fields
from mediation_apps.runtime.ui.media import Decoder
from mediation_apps.runtime.ui.page_view import PageView, settle
from mediation_apps.runtime.ui.projection import Silent
from mediation_apps.runtime.ui.writing import Writing

LATER = 0.4  # seconds after the last letter before the page is drawn again
SHARE = 0.46
PLAN, FIELDS, KINDS, PICTURES, ALT = "plan", "fields", "kinds", "pictures", "alt"


class Outside:
    """A host for thumbnails of pictures that are not in the workshop yet."""

    def __init__(self) -> None:
        self.decoder = Decoder(gallery.picture_bytes)

    def picture(self, view: Any, path: str, width: int, height: int) -> None:
        """Decode on its own thread: a slow stick keeps nobody waiting."""
        self.decoder.ask(path, width, height, view.arrived)


class EditView(Writing):
    """The workshop in `folder`; H5P packages are shown, not changed. `source` is where pictures come from, sticks when it is None."""

    def __init__(
        self, folder: Path, start: str = "", leave: Callable[[], None] = lambda: None, source: Path | None = None, switches: bool = False
    ) -> None:
        super().__init__()
        self.book = Notebook(folder)
        self.switches, self.veil = switches, None
        self.field: Any = None
        self.keyboard: Keyboard | None = None
        self._leave, self._source = leave, source
        names = [entry.name for entry in self.pack.entries]
        self.at = names.index(start) if start in names else 0
        self.file = self.entry.file
        self.mode = FIELDS if start else PLAN
        self.wanted: Place | None = None  # the picture to be changed; None: one for the whole activity
        self.chosen = ""
        self._near: tuple[str, ...] = ()
        self._looking, self._closed = False, False
        self._host, self._outside = Silent(self.pack), Outside()
        self._pool = ThreadPoolExecutor(1, "gallery")
        self._later = Clock.create_trigger(lambda _dt: self._draw_page(), LATER)
        self.top_bar, self.said = TopBar(workshop=self.pack.manifest.title, theme=self.pack.manifest.theme), SaidBar()
        self.buttons = Flow(gap=12, align="right")
        self.plan_button = self._button(_("Le plan"), "format_list_bulleted", lambda: self.show(PLAN))
        self.back_button = self._button(_("Activité d’avant"), "arrow_left", lambda: self._go(-1))
        self.new_button = self._button(_("Nouvelle activité"), "plus", lambda: self.show(KINDS))
        self.undo_button = self._button(_("Annuler"), "undo", self.take_back)
        self.next_button = self._button(_("Activité suivante"), "", lambda: self._go(1))
        self.next_button.trail = "arrow_right"
        self.leave_button = self._button(_("Quitter"), "close", self.back)
        self.left = Scroller()
        self.page: PageView | None = None
        for widget in (self.top_bar, self.left, self.said, self.buttons):
            self.add_widget(widget)
        self.focus = Focus(lambda: self, self.canvas.after)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.show(self.mode)

    def _button(self, words: str, icon: str, act: Callable[[], None]) -> Button:
        button = Button(text=words, icon=icon)
        button.bind(on_release=lambda *_: act())
        return button

    @property
    def pack(self) -> Pack:
        """The workshop as it is saved."""
        return self.book.pack

    @property
    def entry(self) -> Entry:
        """The activity shown beside."""
        self.at = min(self.at, len(self.pack.entries) - 1)
        return self.pack.entries[self.at]

    @property
    def source(self) -> str:
        """The text being changed."""
        return self.book.text(self.file)

    # ── the left side ──────────────────────────────────────────────────────────────────────────────────

    def show(self, mode: str) -> None:
        """The plan, the fields of one text, the kinds of activities, pictures, or a picture's words."""
        self.stop_editing()
        self.mode = mode
        if mode == PLAN:
            self.file = self.entry.file
        self.focus.clear()
        self.left.clear_widgets()
        self.left.add_widget(self._column())
        self._show_buttons()
        about = {MANIFEST: _("L’atelier"), SCRIPT: _("Le déroulé")}
        self.top_bar.title = _("Le plan") if mode == PLAN else about.get(self.file, self.entry.title)
        self.top_bar.workshop = self.pack.manifest.title
        self.top_bar.at, self.top_bar.total = self.at, len(self.pack.entries)
        self._draw_page()

    def _column(self) -> Any:
        if self.mode == PLAN:
            return edit_lists.plan(self.pack, self.at, self.open, self._arrange)
        if self.mode == KINDS:
            return edit_lists.kinds(self._create)
        if self.mode == PICTURES:
            own = [name for name in self.pack.files.names() if name.rpartition(".")[2].lower() in limits.PICTURES]
            return edit_lists.gallery(self._host, self._outside, own, self._near, self._choose, self._looking)
        if self.mode == ALT:
            return Alt(self, self._host, self.chosen, self._alt_now())
        return Fields(self, self.places(), parts(self.source) if self._structured else (), self.book.remarks(self.file))

    def _show_buttons(self) -> None:
        fields = self.mode == FIELDS and self.file not in (MANIFEST, SCRIPT)
        wanted = [self.plan_button] if self.mode != PLAN else [self.leave_button]
        wanted += [self.back_button] if fields else [self.new_button] if self.mode == PLAN else []
        wanted += [self.undo_button, *([self.next_button] if fields else [])]
        self.buttons.clear_widgets()
        for button in wanted:
            self.buttons.add_widget(button)

    @property
    def _structured(self) -> bool:
        return self.file.endswith(".toml") and self.file != MANIFEST

    def places(self) -> tuple[Place, ...]:
        """What can be changed in this text."""
        if self.file.endswith(".h5p"):
            return ()
        if self.file.endswith(".md"):
            return tuple(place for place in paragraphs(self.source) if not place.value.lstrip().startswith(("→", "->")))
        return places(self.source)

    def open(self, file: str) -> None:
        """Change one text; in the plan, an activity is chosen first and opened by its second touch."""
        files = [entry.file for entry in self.pack.entries]
        if self.mode == PLAN and file in files and files.index(file) != self.at:
            self.at = files.index(file)
            self.show(PLAN)
            return
        self.file = file
        self.at = files.index(file) if file in files else self.at
        self.said.words = ""
        self.show(FIELDS)

    def _arrange(self, verb: str, at: int) -> None:
        """Open, move, double or delete an activity."""
        if verb == "open":
            self.open(self.pack.entries[at].file)
            return
        title = self.pack.entries[at].title
        if verb in ("up", "down"):
            by = 1 if verb == "down" else -1
            outcome, self.at = self.book.move(at, by), at + by
            words = _("« {title} » est à la place {n}.").format(title=title, n=at + by + 1)
        elif verb == "double":
            outcome, self.at = self.book.duplicate(at), at + 1
            words = _("« {title} » est doublée. Changez la copie.").format(title=title)
        else:
            outcome = self.book.delete(at)
            words = _("« {title} » est supprimée. Annuler la ramène.").format(title=title)
        self._told(outcome, words)
        self.show(PLAN)

    def _create(self, starter: Starter) -> None:
        outcome = self.book.create(starter, self.at)
        self._told(outcome, _("Nouvelle activité : changez les textes."))
        if outcome.saved:
            self.at += 1
            self.file = self.entry.file
            self.show(FIELDS)

    def reshape(self, act: Callable[[str, Part], str], number: int) -> None:
        """One more part, or away with one."""
        before = self.source
        found = parts(before)
        if number < len(found):
            outcome = self.book.write(self.file, act(before, found[number]))
            self._told(outcome)
            if outcome.saved:
                self.show(FIELDS)

    def put(self, rank: int, value: str, again: bool = False) -> None:
        """Change one thing; `again` draws the fields anew."""
        before, found = self.source, self.places()
        after = changed(before, found[rank], value) if rank < len(found) else before
        if after == before:
            return
        outcome = self.book.write(self.file, after)
        self._told(outcome)
        if outcome.saved and again:
            self.show(FIELDS)
        elif outcome.saved:
            self._later()

    def take_back(self) -> None:
        """Undo the last change of this sitting."""
        outcome = self.book.take_back()
        self._told(outcome, _("Annulé."))
        if self.mode != PLAN and self.file not in self.pack.files.names():
            self.file = self.entry.file
        self.show(self.mode if self.mode in (PLAN, FIELDS) else PLAN)

    def _told(self, outcome: Outcome, words: str = "") -> None:
        """Say what became of a change, with the first advice about it."""
        if not outcome.saved:
            if outcome.sentence:
                self._say(outcome.sentence, "wrong")
            return
        advice = next(iter(self.book.remarks(self.file)), "") if self.file in self.pack.files.names() else ""
        said = words or _("Enregistré.")
        self._say(f"{said} {advice}".strip(), "" if advice else "right")

    def _go(self, by: int) -> None:
        self.at = (self.at + by) % len(self.pack.entries)
        self.file = self.entry.file
        self.said.words = ""
        self.show(FIELDS)

    def back(self) -> None:
        """Escape: to the plan, then out."""
        if self.mode == PLAN:
            self._leave()
        else:
            self.show(FIELDS if self.mode in (PICTURES, ALT) else PLAN)

    # ── pictures ───────────────────────────────────────────────────────────────────────────────────────

    def pick(self, place: Place | None) -> None:
        """Choose a picture for a place of the text, or for the whole activity."""
        self.wanted, self._looking = place, True
        self._pool.submit(self._look)
        self.show(PICTURES)

    def _look(self) -> None:
        found = tuple(str(path) for path in gallery.pictures(gallery.places(self._source)))
        Clock.schedule_once(lambda _dt: self._seen(found), 0)

    def _seen(self, found: tuple[str, ...]) -> None:
        self._near, self._looking = found, False
        if self.mode == PICTURES and not self._closed:
            self.show(PICTURES)

    def _choose(self, path: str, own: bool) -> None:
        try:
            self.chosen = path if own else self.book.import_picture(Path(path))
        except WorkshopError as e:
            self._say(str(e), "wrong")
            return
        self.said.words = ""
        self._host.look_at(self.pack)
        self.show(ALT)

    def _alt_place(self) -> Place | None:
        wanted = self.wanted
        return next((place for place in self.places() if wanted and place.key in ("alt", "image_alt") and place.part == wanted.part), None)

    def _alt_now(self) -> str:
        place = self._alt_place()
        return place.value if place is not None else ""

    def set_picture(self, alt: str) -> None:
        """The picture chosen with its words, in its place."""
        if not alt.strip():
            self._say(_("Décrivez l’image : ces mots sont lus à qui ne la voit pas."), "wrong")
            return
        if self.wanted is None:
            outcome = self.book.illustrate(self.at, self.chosen, alt.strip())
        else:
            source, described = self.source, self._alt_place()
            for place, value in sorted(
                ((found, value) for found, value in ((self.wanted, self.chosen), (described, alt.strip())) if found is not None),
                key=lambda pair: pair[0].start,
                reverse=True,
            ):
                source = changed(source, place, value)
            outcome = self.book.write(self.file, source)
        self._told(outcome, _("L’image est en place."))
        if outcome.saved:
            self.show(FIELDS)

    # ── the right side ─────────────────────────────────────────────────────────────────────────────────

    def _draw_page(self) -> None:
        if self.page is not None:
            self.remove_widget(self.page)
            self.page = None
        self._host.look_at(self.pack)
        laid_out = pages((self.entry.activity,)) if self.entry.status != REFUSED else ()
        if laid_out:
            self.page = PageView(self._host, Run.begin(laid_out))
            self.add_widget(self.page, index=len(self.children))
            self.page.disabled = True  # seen, not touched
        self.place()

    def _say(self, words: str, verdict: str) -> None:
        self.said.words, self.said.verdict = words, verdict
        self.place()

    def place(self, *_: object) -> None:
        """Left, right, what is said and the buttons below."""
        head = look().tall(84)
        _put(self.top_bar, 0, self.height - head, self.width, head)
        self.buttons.width = self.width - look().px(64)
        self.buttons.place()
        foot = self.buttons.height + look().px(24)
        bottom = foot
        if self.keyboard is not None:
            bottom = self.keyboard.natural_height()
            _put(self.keyboard, 0, 0, self.width, bottom)
            self.buttons.pos, self.buttons.opacity = (0, -4000), 0
        else:
            self.buttons.opacity = 1
            self.buttons.pos = (look().px(32), look().px(12))
        tall = self.said.natural_height(self.width)
        _put(self.said, 0, bottom + look().px(4), self.width, tall)
        bottom += tall + look().px(8)
        beside = self.width > 1.1 * self.height and look().text < 1.5
        share = round(self.width * SHARE) if beside else self.width
        room = max(0, self.height - head - bottom)
        _put(self.left, look().px(24), bottom, share - look().px(24 if beside else 48), room)
        if self.left.content is not None:
            settle(self.left)
        if self.page is not None:
            _put(self.page, share, bottom, max(0, self.width - share), room)

    def close(self) -> None:
        """Nothing is left running."""
        self._closed = True
        self._later.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._host.decoder.close()
        self._outside.decoder.close()


def _put(widget: Any, x: float, y: float, width: float, height: float) -> None:
    widget.pos, widget.size = (round(x), round(y)), (round(width), round(height))


__all__ = ["EditView", "doubled", "removed"]
