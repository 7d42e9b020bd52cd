"""Things to open and cards to turn over."""

from __future__ import annotations

from typing import Any

from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, HEAD, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.layouts import Column, Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Media, Panel
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.play.explore import ExploreState, MemoryState
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.media import PictureView
from mediation_apps.runtime.ui.stage import badge
from mediation_apps.runtime.ui.tiles import Tile


def columns(wanted: int) -> int:
    """How many columns of cards a screen of this shape has room for."""
    most = {Form.WIDE: 4, Form.COMPACT: 4, Form.TALL: 3}[look().form]
    return max(1, min(wanted, most if look().text < 1.3 else most - 1))


def even(count: int) -> int:
    """Columns for so many cards to turn over: three, or as many as leave none alone in the last row."""
    three = columns(3)
    if count % three != 1 or count <= three:
        return three
    return next((wanted for wanted in (columns(4), 2) if count % wanted == 0), three)


class Grid(GridLayout):
    """Cards in rows, as tall as their rows; in each row they hang from one line."""

    def __init__(self, cols: int, **kwargs: Any) -> None:
        super().__init__(cols=cols, spacing=look().px(14), size_hint_y=None, **kwargs)
        self.fbind("minimum_height", lambda *_: setattr(self, "height", self.minimum_height))

    def do_layout(self, *args: Any) -> None:
        """Where Kivy stands short children on the floor of their row, hang them from its top."""
        super().do_layout(*args)
        cards = list(reversed(self.children))
        for start in range(0, len(cards), self.cols):
            row = cards[start : start + self.cols]
            top = max(card.top for card in row)
            for card in row:
                card.top = top


class Dot(Pressable):
    """The number of a hotspot on its picture: it opens its text, as its line below does. The line alone is a stop of the focus."""

    def __init__(self, host: Host, number: int, panel: Panel, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(look().target, look().target), **kwargs)
        self.panel, self._number = panel, number
        self.bind(on_release=lambda *_: host.give(Press(f"panel:{number}")))

    def draw(self, painter: Painter, area: Area) -> None:
        """A disc in the middle of its target."""
        badge(painter, area, str(self._number + 1), "action_deep" if self.pressed else "action")


class Spots(Widget):
    """A picture with its hotspots."""

    def __init__(self, host: Host, view: PictureView, panels: tuple[Panel, ...], **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, height=view.height, **kwargs)
        self._view = view
        self.dots = [Dot(host, number, panel) for number, panel in enumerate(panels)]
        for part in (view, *self.dots):
            self.add_widget(part)
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        for name in ("height", "texture"):
            view.fbind(name, self._place)

    def _place(self, *_: object) -> None:
        self._view.pos, self._view.width = self.pos, self.width
        self.height = self._view.height
        shown = self._view.shown()
        for dot in self.dots:
            dot.center = (shown.x + shown.width * dot.panel.x / 100, shown.top - shown.height * dot.panel.y / 100)


class ExploreView(Column):
    """The parts of an `ExploreState`."""

    def __init__(self, host: Host, state: ExploreState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host, self._shown = host, (-1, frozenset[int]())
        activity = state.activity
        if activity.kind == "hotspots" and activity.image is not None:
            self.add_widget(Spots(host, PictureView(host, activity.image, tallest=380), activity.panels))
        self.parts: list[Column] = []
        holder: Any = Grid(even(len(activity.panels))) if activity.kind == "cards" else Column(gap=10)
        for index, panel in enumerate(activity.panels):
            part = Column(gap=6)
            self.parts.append(part)
            holder.add_widget(part)
            part.add_widget(self._head(index, panel, activity.kind))
        self.add_widget(holder)
        self.show(state)

    def _head(self, index: int, panel: Panel, kind: str) -> Tile:
        number = str(index + 1) if kind == "hotspots" else ""
        tile = Tile(
            target=f"panel:{index}",
            words=panel.header,
            number=number,
            least=110 if kind == "cards" else 64,
            units=HEAD if kind == "cards" else BODY,
        )
        tile.bind(on_release=lambda *_: self._host.give(Press(f"panel:{index}")))
        return tile

    def show(self, state: ExploreState) -> None:
        """Open what is open."""
        cards = state.activity.kind == "cards"
        for target, part in zip(state.targets(), self.parts, strict=True):
            index = int(target.id.partition(":")[2])
            tile: Any = part.children[-1]
            opened = state.open == index
            tile.selected, tile.spoken, tile.mark = opened, target.label, ""
            tile.lead = "" if tile.number else "chevron_up" if opened else "check" if index in state.seen else "chevron_down"
            if opened and len(part.children) == 1:
                self._open(part, state.activity.panels[index])
            elif (not opened and len(part.children) > 1 and not cards) or (not opened and cards and index not in state.seen):
                part.clear_widgets(part.children[:-1])

    def _open(self, part: Column, panel: Panel) -> None:
        sheet = Sheet(gap=10, edge="action")
        if panel.image is not None:
            sheet.add_widget(PictureView(self._host, panel.image, tallest=220))
        for block in panel.body.blocks:
            sheet.add_widget(Text(words=block.plain, units=BODY))
        if panel.tip:
            sheet.add_widget(Text(words=panel.tip, units=BODY, paint="mute"))
        if panel.audio is not None:
            button = Button(text=_("Écouter"), icon="volume_high")
            path = panel.audio.path
            button.bind(on_release=lambda *_: self._host.play(path))
            sheet.add_widget(button)
        part.add_widget(sheet)


class MemoryCard(Column):
    """A card with its back up or its face."""

    def __init__(self, host: Host, card: int, face: Media | str, **kwargs: Any) -> None:
        super().__init__(gap=0, **kwargs)
        self.tile = Tile(target=f"card:{card}", align="center", least=132, units=HEAD, weight="bold")
        self.tile.bind(on_release=lambda *_: host.give(Press(f"card:{card}")))
        self.face = face
        self.picture = PictureView(host, face, tallest=132) if isinstance(face, Media) else None
        self.add_widget(self.tile)


class MemoryView(Column):
    """The cards of a `MemoryState`."""

    def __init__(self, host: Host, state: MemoryState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self.grid = Grid(columns(4))
        self.cards = {card: MemoryCard(host, card, state.face(card)) for card in state.shown}
        for card in state.shown:
            self.grid.add_widget(self.cards[card])
        self.add_widget(self.grid)
        self.show(state)

    def show(self, state: MemoryState) -> None:
        """Turn each card as it lies."""
        for target in state.targets():
            card = int(target.id.partition(":")[2]) if target.role == "card" else -1
            if card not in self.cards:
                continue
            view = self.cards[card]
            opened = state.open(card)
            tile = view.tile
            tile.words = view.face if opened and isinstance(view.face, str) else ""
            tile.units = 40 if len(tile.words) <= 2 else HEAD
            tile.tint = [] if opened else ["action"]
            tile.lead = "" if opened else "puzzle_outline"
            tile.enabled, tile.selected, tile.mark, tile.spoken = target.enabled, target.selected, target.mark, target.label
            self._picture(view, opened)

    @staticmethod
    def _picture(view: MemoryCard, opened: bool) -> None:
        if view.picture is None:
            return
        wanted = view.picture if opened else view.tile
        if view.children[:1] != [wanted]:
            view.clear_widgets()
            view.add_widget(wanted)
