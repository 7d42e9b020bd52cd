"""The lists of the editor: the plan of a workshop, the kinds of a new activity, the pictures to choose from. They show and call back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kiosk.ui.theme import HEAD, SMALL, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.native.starters import STARTERS, Starter
from mediation_apps.runtime.pack import PARTLY, REFUSED, Pack
from mediation_apps.runtime.ui.tiles import Tile

ICONS = {starter.kind: starter.icon for starter in STARTERS} | {"text": "script_text", "picture": "image", "sound": "volume_high"}
VERBS = ("up", "down", "double", "delete")


def column() -> Column:
    """An empty column of the left side."""
    return Column(gap=10, padding=[look().px(6), look().px(8), look().px(12), look().px(24)])


def pill(words: str, icon: str, act: Callable[[], None], enabled: bool = True, spoken: str = "") -> Button:
    """A small button."""
    button = Button(text=words, icon=icon, kind="pill", spoken=spoken or words, enabled=enabled)
    button.bind(on_release=lambda *_: act())
    return button


def plan(pack: Pack, at: int, open_: Callable[[str], None], change: Callable[[str, int], None]) -> Column:
    """The workshop, its script, then each activity with what can be done to it; `at` is the one shown beside."""
    made = column()
    for file, icon, words in (
        ("manifest.toml", "information", _("L’atelier : titre, durée, matériel")),
        ("deroule.md", "clock", _("Le déroulé")),
    ):
        tile = Tile(words=words, lead=icon, target=file)
        tile.bind(on_release=lambda *_, file=file: open_(file))
        made.add_widget(tile)
    made.add_widget(Text(words=_("Les activités"), units=SMALL, weight="bold", paint="mute"))
    for number, entry in enumerate(pack.entries):
        sign = {REFUSED: "alert", PARTLY: "alert_circle"}.get(entry.status, ICONS.get(entry.kind, "puzzle_outline"))
        tile = Tile(words=entry.title, lead=sign, number=str(number + 1), target=entry.file, selected=number == at)
        tile.spoken = _("Activité {n} : {title}").format(n=number + 1, title=entry.title)
        tile.bind(on_release=lambda *_, file=entry.file: open_(file))
        made.add_widget(tile)
        if number == at:
            made.add_widget(_verbs(pack, number, entry.title, change))
    return made


def _verbs(pack: Pack, number: int, title: str, change: Callable[[str, int], None]) -> Flow:
    row = Flow(gap=8)
    for verb, words, icon, enabled in (
        ("open", _("Modifier"), "pencil", True),
        ("up", _("Monter"), "arrow_up_bold", number > 0),
        ("down", _("Descendre"), "arrow_down_bold", number + 1 < len(pack.entries)),
        ("double", _("Doubler"), "plus", True),
        ("delete", _("Supprimer"), "trash_can", len(pack.entries) > 1),
    ):
        row.add_widget(pill(words, icon, partial(change, verb, number), enabled, f"{words} : {title}"))
    return row


def kinds(choose: Callable[[Starter], None]) -> Column:
    """What a new activity can be, by its sign and name."""
    made = column()
    made.add_widget(Text(words=_("Quelle activité ?"), units=HEAD, weight="bold"))
    grid = Flow(gap=10)
    for starter in STARTERS:
        tile = Tile(words=starter.name, lead=starter.icon, hug=True, target=f"kind:{starter.kind}")
        tile.bind(on_release=lambda *_, starter=starter: choose(starter))
        grid.add_widget(tile)
    made.add_widget(grid)
    return made


def gallery(host: Any, outside: Any, own: list[str], near: tuple[str, ...], choose: Callable[[str, bool], None], looking: bool) -> Column:
    """Pictures of the workshop, then those on sticks; `choose(path, own)`."""
    made = column()
    for words, paths, shower, is_own in (
        (_("Dans l’atelier"), own, host, True),
        (_("Sur la clé ou la tablette"), list(near), outside, False),
    ):
        made.add_widget(Text(words=words, units=SMALL, weight="bold", paint="mute"))
        if not paths:
            none = _("Recherche…") if looking and not is_own else _("Aucune image.") if is_own else _("Aucune image. Branchez une clé USB.")
            made.add_widget(Text(words=none, units=SMALL))
        grid = Flow(gap=10)
        for path in paths:
            tile = Tile(words=path.rpartition("/")[2], hug=True, units=SMALL, target=path, align="center")
            tile.widest_px = look().tall(190)
            tile.illustrate(shower, path, look().tall(150), look().tall(100))
            tile.bind(on_release=lambda *_, path=path, is_own=is_own: choose(path, is_own))
            grid.add_widget(tile)
        made.add_widget(grid)
    return made
