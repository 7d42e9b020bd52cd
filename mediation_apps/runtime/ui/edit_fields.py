"""The fields of one text of a workshop: what it says, what is right, its pictures; and the words of a picture just chosen."""

from __future__ import annotations

from functools import partial
from typing import Any

from kiosk.ui.theme import HEAD, SMALL, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Media
from mediation_apps.runtime.native.editing import CHOICE, CHOICES, FLAG, NUMBER, PICTURE, Part, Place, doubled, removed
from mediation_apps.runtime.ui.edit_lists import pill
from mediation_apps.runtime.ui.media import PictureView
from mediation_apps.runtime.ui.tiles import Words

LONGEST = 400  # signs of one text
NAMES = {
    "presse": _("Presse et information"),
    "numerique": _("Numérique"),
    "cyber": _("Cybersécurité"),
    "robot": _("Robots"),
    "musique": _("Musique"),
    "lecture": _("Lecture"),
    "jeux": _("Jeux"),
    "autre": _("Autre"),
    "nord": _("Le nord"),
    "est": _("L’est"),
    "sud": _("Le sud"),
    "ouest": _("L’ouest"),
    "avance": _("Avance"),
    "recule": _("Recule"),
    "gauche": _("À gauche"),
    "droite": _("À droite"),
}


class Fields(Column):
    """The fields of `view.file`, part by part; below them, what to mend, each with its line."""

    def __init__(self, view: Any, places: tuple[Place, ...], found: tuple[Part, ...], remarks: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(gap=8, padding=[look().px(6), look().px(8), look().px(12), look().px(24)], **kwargs)
        self._view, self._parts = view, found
        if not places:
            self.add_widget(Text(words=_("Cette activité a été faite ailleurs (H5P). Elle se change dans l’outil d’origine.")))
        at = 0
        for rank, place in enumerate(places):
            if place.part != at:
                at = place.part
                self.add_widget(self._head(at))
            for widget in self._widgets(rank, place):
                self.add_widget(widget)
        if found and not any(place.kind == PICTURE and place.part == 0 for place in places):
            self.add_widget(pill(_("Ajouter une image"), "image", lambda: view.pick(None)))
        if remarks:
            self.add_widget(Text(words=_("À revoir"), units=SMALL, weight="bold", paint="mute"))
        for remark in remarks:
            self.add_widget(Text(words=f"• {remark}", units=SMALL))

    def _head(self, number: int) -> Flow:
        """The name of a part, one more like it, and away with it."""
        row = Flow(gap=10)
        if number > len(self._parts):
            return row
        part = self._parts[number - 1]
        name = f"{part.label} {part.rank}"
        row.add_widget(Words(words=name))
        for words, icon, act in ((_("Ajouter après"), "plus", doubled), (_("Retirer"), "trash_can", removed)):
            row.add_widget(pill(words, icon, partial(self._view.reshape, act, number - 1), spoken=f"{words} : {name}"))
        return row

    def _widgets(self, rank: int, place: Place) -> list[Any]:
        if place.kind == FLAG:
            on = place.value == "true"
            button = Button(text=place.label, icon="checkbox_marked" if on else "checkbox_blank_outline", selected=on)
            button.bind(on_release=lambda *_: self._view.put(rank, "false" if on else "true", again=True))
            return [button]
        label = Text(words=place.label, units=SMALL, weight="semibold", paint="mute")
        if place.kind == PICTURE:
            button = Button(text=place.value.rpartition("/")[2], icon="image", trail="repeat", spoken=f"{place.label} : {place.value}")
            button.bind(on_release=lambda *_: self._view.pick(place))
            return [label, button]
        if place.kind == CHOICE and place.value in CHOICES[place.key]:
            options = CHOICES[place.key]
            after = options[(options.index(place.value) + 1) % len(options)]
            words = NAMES.get(place.value, place.value)
            button = Button(text=words, trail="repeat", spoken=f"{place.label} : {words}")
            button.bind(on_release=lambda *_: self._view.put(rank, after, again=True))
            return [label, button]
        field = Field(edit=self._view.edit, longest=6 if place.kind == NUMBER else LONGEST, spoken=place.label, units=20)
        field.put(place.value)
        field.bind(on_text_changed=lambda _field, text: self._view.put(rank, text))
        return [label, field]


class Alt(Column):
    """A picture and its words: what is said of it to whoever does not see it."""

    def __init__(self, view: Any, host: Any, picture: str, now: str, **kwargs: Any) -> None:
        super().__init__(gap=14, padding=[look().px(6), look().px(8), look().px(12), look().px(24)], **kwargs)
        self.add_widget(Text(words=_("Que voit-on sur cette image ?"), units=HEAD, weight="bold"))
        self.add_widget(PictureView(host, Media(picture, now), tallest=220))
        self.field = Field(edit=view.edit, longest=LONGEST, spoken=_("Description de l’image"), hint=_("Une phrase courte"), units=20)
        self.field.put(now)
        self.button = Button(text=_("Mettre l’image"), icon="check", kind="primary")
        self.button.bind(on_release=lambda *_: view.set_picture(self.field.text))
        self.add_widget(self.field)
        self.add_widget(self.button)
