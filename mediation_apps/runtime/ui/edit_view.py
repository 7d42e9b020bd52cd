"""The editor: the texts of an activity on the left, the page as participants see it on the right.

Guarantees: nobody sees a file; what cannot be played is not saved, and the reason stands below with its line; each change that can is saved
at once, whole, in one rename; the way back is one press.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text
from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import FolderFiles
from mediation_apps.runtime.check import check
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.native.editing import FLAG, PICTURE, Part, Place, changed, doubled, paragraphs, parts, places, removed
from mediation_apps.runtime.pack import REFUSED, Entry, read_pack
from mediation_apps.runtime.store import write_whole
from mediation_apps.runtime.ui.bars import SaidBar, TopBar
from mediation_apps.runtime.ui.page_view import PageView, settle
from mediation_apps.runtime.ui.projection import Silent
from mediation_apps.runtime.ui.tiles import Words
from mediation_apps.runtime.ui.writing import Writing

LATER = 0.4  # seconds after the last letter before the page is drawn again
LONGEST = 400  # signs of one text
SHARE = 0.46


class EditView(Writing):
    """One activity of the workshop in `folder` at a time; H5P packages are shown, not changed."""

    def __init__(self, folder: Path, start: str = "", leave: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.folder, self.switches, self.veil = folder, False, None
        self.field: Any = None
        self.keyboard: Keyboard | None = None
        self._leave = leave
        self.pack = read_pack(FolderFiles(folder))
        names = [entry.name for entry in self.pack.entries]
        self.at = names.index(start) if start in names else 0
        self.undo: list[tuple[str, str]] = []  # (file, source) before each change
        self._host = Silent(self.pack)
        self._later = Clock.create_trigger(lambda _dt: self._draw_page(), LATER)
        self.top_bar, self.said = TopBar(workshop=self.pack.manifest.title, theme=self.pack.manifest.theme), SaidBar()
        self.buttons = Flow(gap=12, align="right")
        self.back_button = self._button(_("Activité d’avant"), "arrow_left", lambda: self._go(-1))
        self.undo_button = self._button(_("Annuler"), "undo", self.take_back)
        self.next_button = self._button(_("Activité suivante"), "arrow_right", lambda: self._go(1))
        self.left = Scroller()
        self.page: PageView | None = None
        for widget in (self.top_bar, self.left, self.said, self.buttons):
            self.add_widget(widget)
        self.focus = Focus(lambda: self, self.canvas.after)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.open()

    def _button(self, words: str, icon: str, act: Callable[[], None]) -> Button:
        button = Button(text=words, icon=icon)
        button.bind(on_release=lambda *_: act())
        self.buttons.add_widget(button)
        return button

    @property
    def entry(self) -> Entry:
        """The activity being changed."""
        return self.pack.entries[self.at]

    @property
    def source(self) -> str:
        """Its file's text."""
        return self.pack.files.read(self.entry.file, limits.MAX_TEXT_FILE).decode("utf-8-sig")

    # ── the left side ──────────────────────────────────────────────────────────────────────────────────

    def places(self) -> tuple[Place, ...]:
        """What can be changed in this activity."""
        if self.entry.file.endswith(".h5p"):
            return ()
        return paragraphs(self.source) if self.entry.file.endswith(".md") else places(self.source)

    def open(self) -> None:
        """Show an activity: its fields, its page."""
        self.stop_editing()
        self.left.clear_widgets()
        column = Column(gap=8, padding=[look().px(6), look().px(8), look().px(12), look().px(24)])
        found, part = self.places(), 0
        if not found:
            column.add_widget(Text(words=_("Cette activité a été faite ailleurs (H5P). Elle se change dans l’outil d’origine.")))
        for rank, place in enumerate(found):
            if place.part != part:
                part = place.part
                column.add_widget(self._head(part))
            for widget in self._widgets(rank, place):
                column.add_widget(widget)
        self.left.add_widget(column)
        self.top_bar.title, self.top_bar.at, self.top_bar.total = self.entry.title, self.at, len(self.pack.entries)
        self._draw_page()

    def _head(self, number: int) -> Flow:
        """The name of a part, one more like it, and away with it."""
        found = parts(self.source)
        row = Flow(gap=10)
        if number > len(found):
            return row
        part = found[number - 1]
        name = f"{part.label} {part.rank}"
        row.add_widget(Words(words=name))
        for words, icon, act in ((_("Ajouter après"), "plus", doubled), (_("Retirer"), "trash_can", removed)):
            button = Button(text=words, icon=icon, kind="pill", spoken=f"{words} : {name}")
            button.bind(on_release=lambda *_, act=act, n=number - 1: self._reshape(act, n))
            row.add_widget(button)
        return row

    def _reshape(self, act: Callable[[str, Part], str], number: int) -> None:
        before, file = self.source, self.entry.file
        found = parts(before)
        if number < len(found) and self._save(file, act(before, found[number])):
            self.undo.append((file, before))
            self.open()

    def _widgets(self, rank: int, place: Place) -> list[Any]:
        if place.kind == FLAG:
            on = place.value == "true"
            button = Button(text=place.label, icon="checkbox_marked" if on else "checkbox_blank_outline", selected=on)
            button.bind(on_release=lambda *_: self._set(rank, "false" if on else "true", again=True))
            return [button]
        label = Text(words=place.label, units=SMALL, weight="semibold", paint="mute")
        if place.kind == PICTURE:
            button = Button(text=place.value.rpartition("/")[2], icon="image", trail="repeat")
            button.bind(on_release=lambda *_: self._set(rank, self._next_picture(place.value), again=True))
            return [label, button]
        field = Field(edit=self.edit, longest=LONGEST, spoken=place.label, units=20)
        field.put(place.value)
        field.bind(on_text_changed=lambda _field, text: self._set(rank, text))
        return [label, field]

    def _next_picture(self, now: str) -> str:
        found = [name for name in self.pack.files.names() if name.rpartition(".")[2].lower() in limits.PICTURES]
        return found[(found.index(now) + 1) % len(found)] if now in found else (found or [now])[0]

    def _set(self, rank: int, value: str, again: bool = False) -> None:
        before, file = self.source, self.entry.file
        found = self.places()
        after = changed(before, found[rank], value) if rank < len(found) else before
        if after != before and self._save(file, after):
            self.undo.append((file, before))
            self._draw_later(again)

    def _draw_later(self, again: bool) -> None:
        if again:
            self.open()
        else:
            self._later()

    def _save(self, file: str, text: str) -> bool:
        """Write a file if the activity still plays with it; otherwise say why, and leave the file alone."""
        trial = read_pack(Changed(self.pack.files, file, text))
        entry = next(found for found in trial.entries if found.file == file)
        if entry.status == REFUSED:
            self._say(_("Pas encore enregistré. {why}").format(why=entry.remarks[0].sentence), "wrong")
            return False
        try:
            write_whole(self.folder / file, text.encode())
            self.pack = read_pack(FolderFiles(self.folder))
        except (OSError, PackError):
            self._say(_("Le disque refuse. Rien n’a changé : libérez de la place ou changez de clé."), "wrong")
            return False
        finding = check(self.pack).findings[self.at]
        advice = finding.remarks[0].sentence if finding.remarks else ""
        self._say(_("Enregistré. {advice}").format(advice=advice[:1].upper() + advice[1:]).strip(), "" if advice else "right")
        return True

    def take_back(self) -> None:
        """Undo the last change of this sitting."""
        if self.undo:
            file, before = self.undo.pop()
            self._save(file, before)
            self.open()

    def _go(self, by: int) -> None:
        self.at = (self.at + by) % len(self.pack.entries)
        self.said.words = ""
        self.open()

    def back(self) -> None:
        """Escape leaves the editor."""
        self._leave()

    # ── the right side ─────────────────────────────────────────────────────────────────────────────────

    def _draw_page(self) -> None:
        if self.page is not None:
            self.remove_widget(self.page)
            self.page = None
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
        """Fields left, page right, what is said and the buttons below."""
        head, foot = look().tall(84), look().target + look().px(24)
        _put(self.top_bar, 0, self.height - head, self.width, head)
        bottom = foot
        if self.keyboard is not None:
            bottom = self.keyboard.natural_height()
            _put(self.keyboard, 0, 0, self.width, bottom)
            _put(self.buttons, 0, -4000, self.width, foot)
        else:
            _put(self.buttons, look().px(32), look().px(12), self.width - look().px(64), look().target)
        tall = self.said.natural_height(self.width)
        _put(self.said, 0, bottom + look().px(4), self.width, tall)
        bottom += tall + look().px(8)
        share = round(self.width * SHARE)
        _put(self.left, look().px(24), bottom, share - look().px(24), max(0, self.height - head - bottom))
        if self.left.content is not None:
            settle(self.left)
        if self.page is not None:
            _put(self.page, share, bottom, self.width - share, max(0, self.height - head - bottom))

    def close(self) -> None:
        """Nothing is left running."""
        self._later.cancel()
        self._host.decoder.close()


class Changed:
    """The files of a pack with one of them changed, to be read before it is written."""

    def __init__(self, files: Any, name: str, text: str) -> None:
        self._files, self._name, self._data = files, name, text.encode()

    def names(self) -> tuple[str, ...]:
        """The same names."""
        return tuple(self._files.names())

    def read(self, name: str, cap: int = limits.MAX_MEMBER) -> bytes:
        """The same bytes, but for one."""
        return self._data if name == self._name else bytes(self._files.read(name, cap))


def _put(widget: Any, x: float, y: float, width: float, height: float) -> None:
    widget.pos, widget.size = (round(x), round(y)), (round(width), round(height))
