"""The notice: one work, what it tells, where it is, and what one can do with it.

Guarantees: everything shown comes from one snapshot decided on the catalogue thread; the own library comes first; one
primary action; what needs a line says so before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kivy.uix.boxlayout import BoxLayout

from kiosk import platforms
from kiosk.domain import Author
from kiosk.session import Added
from kiosk.store.hits import works
from kiosk.ui import labels, snapshots
from kiosk.ui.cover_pictures import texture_of
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.snapshots import NoticeView
from kiosk.ui.theme import DISPLAY, HEAD, TITLE, Form, look
from kiosk.ui.widgets import layouts, scroller, shelf  # noqa: F401  (named by notice.kv)
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.covers import Cover
from kiosk.ui.widgets.rows import FactRow, Note, ReviewCard, Tag, WhereRow
from kiosk.ui.widgets.texts import Text

if TYPE_CHECKING:
    from kiosk.store.covers import Thumbnail  # requests and Pillow are for the link thread

LANE: Final = "notice"
SIDE: Final = (400, 600)  # pixels of a cover, at most
SIMILAR: Final = 6


def read_notice(catalogue: Any, record_id: str, own: str, today: date) -> NoticeView:
    """Read one record with its authors, libraries and neighbours. Raises NotFound."""
    record = catalogue.get(record_id)
    authors = tuple(a for a in (catalogue.author(name) for name in record.authors[:3]) if isinstance(a, Author))
    similar = works(catalogue.hits(catalogue.engine.similar(catalogue.docid(record_id), SIMILAR * 3)), SIMILAR)
    return snapshots.notice(record, catalogue.branches(), authors, similar, own, today)


class NoticeWide(BoxLayout):
    """Cover and actions at the left, words in the middle, neighbours at the right."""


class NoticeCompact(BoxLayout):
    """Cover and actions at the left, the rest beside it."""


class NoticeTall(BoxLayout):
    """One column, read from top to bottom."""


class NoticeScreen(Screen):
    """`show(record_id=…, tab=…)`."""

    many = True

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(desk, **kwargs)
        self.view: NoticeView | None = None
        self._id = ""
        self._tab = ""
        self._parts: dict[str, Any] = {}
        self._basket: Button | None = None
        self._end_watch: Callable[[], None] = lambda: None

    def show(self, record_id: str = "", tab: str = "", **_args: Any) -> None:
        """Ask for the record."""
        self._id, self._tab = record_id, tab
        own, today = self.desk.settings.branch, date.today()
        self._end_watch()
        self._end_watch = self.desk.visit.watch(lambda _change: self._show_basket())
        self.desk.ask(LANE, lambda catalogue: read_notice(catalogue, record_id, own, today), self._shown, self._failed)

    def leave(self) -> None:
        """Want no more answers."""
        self.desk.forget(LANE)
        self._end_watch()
        self._end_watch = lambda: None

    def state(self) -> Mapping[str, Any]:
        """The tab that was open."""
        return {"tab": self._tab}

    def title(self) -> str:
        """What is said on arrival."""
        return "" if self.view is None else self._spoken(self.view)

    def _spoken(self, view: NoticeView) -> str:
        here = next((w.words for w in view.wheres if w.here), "")
        parts = (view.chip, view.record.title, view.byline, here, view.record.summary)
        return ". ".join(p.strip().rstrip(".") for p in parts if p.strip()) + "."

    def _failed(self, error: Exception) -> None:
        self.clear_widgets()
        column = layouts.Column(gap=16, padding=[look().px(32), look().px(32)])
        column.add_widget(Note(words=str(error), icon="information", tone="warn"))
        column.add_widget(Button(text=_("Retour"), icon="arrow_left", on_release=lambda *_a: self.desk.back()))
        self.add_widget(column)
        self.add_widget(layouts.Gap())

    # -- building -------------------------------------------------------------------------------------------------------

    def _shown(self, view: NoticeView) -> None:
        self.view = view
        self.clear_widgets()
        frame: Any = {Form.WIDE: NoticeWide, Form.COMPACT: NoticeCompact, Form.TALL: NoticeTall}[look().form]()
        self._parts = dict(frame.ids)
        self._fill_cover(view)
        self._fill_head(view)
        self._fill_actions(view)
        self._fill_where(view)
        self._fill_similar(view)
        tabs = self._tabs(view)
        self._tab = self._tab if self._tab in tabs else next(iter(tabs), "")
        for key, (words, icon) in tabs.items():
            pill = Button(kind="pill", text=words, icon=icon, on_release=lambda _b, k=key: self._choose(k))
            pill.key = key
            self._parts["tabs"].add_widget(pill)
        if self.desk.shell.speech is not None:
            listen = Button(kind="pill", icon="volume_high", text=_("Écouter"), on_release=lambda *_a: self._listen())
            self._parts["tabs"].add_widget(listen)
        self._show_tab()
        self.add_widget(frame)
        self.desk.say(self._spoken(view))

    def _fill_cover(self, view: NoticeView) -> None:
        record = view.record
        cover = Cover(
            identity=record.id, title=record.title, author=", ".join(record.authors[:2]), icon=labels.kind_icon(record.kind), enabled=False
        )
        self._parts["cover"].add_widget(cover)
        link = self.desk.pictures or self.desk.link
        if link is not None and view.cover_url:
            online = self.desk.home.online()
            link.ask(
                "notice cover",
                lambda line: line.cover(view.cover_url, SIDE, fetch=online),
                lambda found: _picture(cover, found),
                lambda _error: None,
            )

    def _fill_head(self, view: NoticeView) -> None:
        head = self._parts["head"]
        head.add_widget(Tag(view.chip, labels.kind_icon(view.record.kind)))
        long = len(view.record.title) > 44
        units = TITLE if look().form is Form.COMPACT or long else DISPLAY
        head.add_widget(Text(words=view.record.title, units=units, weight="bold", leading=1.15, most=5))
        if view.record.subtitle:
            head.add_widget(Text(words=view.record.subtitle, units=HEAD, weight="medium", most=3))
        if view.byline:
            head.add_widget(Text(words=view.byline, units=HEAD, paint="mute", most=2))

    def _fill_actions(self, view: NoticeView) -> None:
        add = self._parts["actions"].add_widget
        kind = "primary"
        if view.access_url:
            words, icon = self._access_words(view)
            add(layouts.Wide(kind=kind, text=words, icon=icon, on_release=lambda *_a: self._open()))
            kind = "quiet"
        if view.can_hold:
            add(layouts.Wide(kind=kind, text=_("Réserver"), icon="book_open_variant", on_release=lambda *_a: self._hold()))
        self._basket = layouts.Wide(on_release=lambda *_a: self._toggle_basket())
        self._show_basket()
        add(self._basket)
        add(layouts.Wide(text=_("Sur mon téléphone"), icon="qrcode", on_release=lambda *_a: self._phone()))

    def _access_words(self, view: NoticeView) -> tuple[str, str]:
        _words, icon = labels.access(view.record.kind)
        code = next(iter(view.record.platforms), "")
        return _(platforms.verb(code, view.record.kind)), icon

    def _fill_where(self, view: NoticeView) -> None:
        where = self._parts["where"]
        if view.wheres:
            where.add_widget(Text(words=_("Où le trouver"), units=TITLE, weight="bold"))
            for line in view.wheres[:40]:
                where.add_widget(WhereRow(line))
        elif view.access_url:
            names = ", ".join(platforms.name(code) for code in view.record.platforms) or _("le portail")
            where.add_widget(Note(words=_("En ligne, avec votre carte : {names}").format(names=names), icon="earth", tone="action"))
        else:
            words = _("Aucun exemplaire n’est connu de la borne. Demandez à l’accueil.")
            where.add_widget(Note(words=words, icon="information", tone="warn"))

    def _fill_similar(self, view: NoticeView) -> None:
        room = self._parts.get("similar")
        if room is not None and view.similar:
            room.fill(view.similar, lambda record_id: self.desk.go("notice", record_id=record_id), self.desk.covers)
            self._parts["similar_title"].words = _("Dans le même esprit")

    # -- tabs -----------------------------------------------------------------------------------------------------------

    def _tabs(self, view: NoticeView) -> dict[str, tuple[str, str]]:
        tabs: dict[str, tuple[str, str]] = {}
        if view.record.summary:
            tabs["summary"] = (_("Résumé"), "")
        if view.biography:
            tabs["author"] = (_("L’auteur"), "")
        if view.record.reviews:
            tabs["reviews"] = (_("Avis · {n}").format(n=len(view.record.reviews)), "")
        if view.facts:
            tabs["facts"] = (_("La fiche"), "")
        return tabs

    def _choose(self, key: str) -> None:
        self._tab = key
        self._show_tab()

    def _show_tab(self) -> None:
        view, body = self.view, self._parts["body"]
        if view is None:
            return
        for pill in self._parts["tabs"].children:
            pill.selected = getattr(pill, "key", None) == self._tab
        body.clear_widgets()
        fill = {"author": self._body_author, "reviews": self._body_reviews, "facts": self._body_facts}
        for widget in fill.get(self._tab, self._body_summary)(view):
            body.add_widget(widget)

    def _body_summary(self, view: NoticeView) -> list[Any]:
        return _paragraphs(view.record.summary or _("Ce document n’a pas encore de résumé."))

    def _body_author(self, view: NoticeView) -> list[Any]:
        return [*_paragraphs(view.biography), self._all_of(view)]

    def _all_of(self, view: NoticeView) -> Any:
        """The way to everything of each author."""
        row, names = layouts.Flow(), view.record.authors[:3]
        for name in names:
            words = _("Toutes ses œuvres") if len(names) == 1 else _("Tout voir : {name}").format(name=name)
            row.add_widget(Button(text=words, icon="account", on_release=lambda _b, n=name: self.desk.go("author", author=n)))
        return row

    def _body_reviews(self, view: NoticeView) -> list[Any]:
        return [ReviewCard(review) for review in view.record.reviews[:20]]

    def _body_facts(self, view: NoticeView) -> list[Any]:
        return [*(FactRow(name, value) for name, value in view.facts), self._all_of(view)]

    # -- actions --------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        shell = self.desk.shell
        if self.view is not None and shell.speech is not None:
            texts = {"author": self.view.biography, "reviews": "\n".join(r.text for r in self.view.record.reviews)}
            shell.speech.say(texts.get(self._tab) or self._spoken(self.view))

    def _open(self) -> None:
        if self.view is not None:
            self.desk.go("access", record_id=self._id, url=self.view.access_url, title=self.view.record.title)

    def _hold(self) -> None:
        if self.view is None:
            return
        args = {"record_id": self._id}
        if self.desk.visit.patron is None:
            self.desk.go("signin", then="hold", args=args)
        else:
            self.desk.go("hold", **args)

    def _phone(self) -> None:
        self.desk.go("handover", record_ids=(self._id,))

    def _show_basket(self) -> None:
        if self._basket is None:
            return
        inside = self._id in self.desk.visit
        self._basket.text = _("Dans votre panier") if inside else _("Mettre au panier")
        self._basket.icon = "check" if inside else "plus"

    def _toggle_basket(self) -> None:
        visit = self.desk.visit
        if self.view is None:
            return
        if self._id in visit:
            position = [e.record_id for e in visit.basket].index(self._id)
            entry = visit.remove(self._id)
            if entry is not None:
                self.desk.toast(_("Retiré du panier"), "basket_outline", _("Annuler"), lambda: visit.restore(entry, position))
        elif visit.add(self._id, self.view.record.title) is Added.FULL:
            self.desk.toast(_("Le panier est plein : retirez d’abord un document."), "basket")
        else:
            self.desk.toast(_("Dans votre panier"), "basket", _("Voir"), lambda: self.desk.go("basket"))


def _picture(cover: Cover, found: Thumbnail | None) -> None:
    if found is not None:
        cover.picture = texture_of(found)


def _paragraphs(text: str) -> list[Any]:
    parts = [p.strip() for p in text.replace("\r", "").split("\n") if p.strip()]
    return [Text(words=part, units=HEAD, leading=1.45) for part in parts[:60]]
