"""Things to put in order, and a robot to foresee."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.theme import HEAD, SMALL, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Stop, window_area
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Item, Predict
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.play.predict import STEP, PredictState
from mediation_apps.runtime.play.rank import RankState
from mediation_apps.runtime.ui.board_view import _fill
from mediation_apps.runtime.ui.drag import Draggable
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import Tile

ARROWS = {"avance": "arrow_up_bold", "recule": "arrow_down_bold", "gauche": "arrow_left_top_bold", "droite": "arrow_right_top_bold"}
NAMES = {"avance": _("Avance"), "recule": _("Recule"), "gauche": _("À gauche"), "droite": _("À droite")}
HEADS = {"nord": "arrow_up_bold", "est": "arrow_right_bold", "sud": "arrow_down_bold", "ouest": "arrow_left_bold"}
PACE = 0.7  # seconds a step of the robot


def lay_beside(page: Column, left: Column, right: Any, share: float) -> None:
    """Add both to a page: side by side where it lies, `left` taking that share of it; otherwise under each other."""
    if look().form is Form.TALL or (look().form is Form.COMPACT and look().text >= 1.2):
        page.add_widget(left)
        page.add_widget(right)
        return
    share = max(share, 0.58) if look().text >= 1.5 else share  # two large cards side by side
    row = BoxLayout(spacing=look().px(24), size_hint_y=None)
    left.size_hint_x, right.size_hint_x = share, 1 - share
    left.pos_hint = right.pos_hint = {"top": 1}
    row.add_widget(left)
    row.add_widget(right)

    def level(*_changed: object) -> None:
        row.height = max(left.height, right.height)

    left.fbind("height", level)
    level()
    page.add_widget(row)


class RankView(Column):
    """The items of a `RankState` from first to last."""

    def __init__(self, host: Host, state: RankState, **kwargs: Any) -> None:
        super().__init__(gap=12, **kwargs)
        self._host = host
        self.note = Text(units=SMALL, paint="mute")
        self.add_widget(self.note)
        if state.activity.first:
            self.add_widget(Text(words=f"▲ {state.activity.first}", units=SMALL, weight="bold", paint="mute"))
        self.list = Column(gap=12)
        self.add_widget(self.list)
        if state.activity.last:
            self.add_widget(Text(words=f"▼ {state.activity.last}", units=SMALL, weight="bold", paint="mute"))
        self.tiles = {index: self._tile(index, item) for index, item in enumerate(state.activity.items)}
        self.reasons = {index: Text(units=SMALL) for index in self.tiles}
        self.show(state)

    def _tile(self, index: int, item: Item) -> Draggable:
        tile = Draggable(self._host, self, target=f"item:{index}", words=item.label, least=72, beside=True)
        if item.image is not None:
            tile.illustrate(self._host, item.image.path, look().tall(112), look().tall(84))
        tile.bind(on_release=lambda *_: self._host.give(Press(f"item:{index}")))
        return tile

    def place_at(self, x: float, y: float) -> str:
        """The item whose place is under a point of the window."""
        return next((tile.target for tile in self.tiles.values() if window_area(tile).contains(x, y) and not tile.lifted), "")

    def show(self, state: RankState) -> None:
        """The order as it stands, each with its rank."""
        self.note.words = "" if state.done else _("Touchez une ligne puis sa place, ou faites-la glisser.")
        told = dict(state.explanations())
        wanted: list[Any] = []
        for rank, index in enumerate(state.standing, 1):
            self.tiles[index].number = str(rank)
            self.reasons[index].words = told.get(index, "")
            wanted += [self.tiles[index], *([self.reasons[index]] if index in told else [])]
        if list(reversed(self.list.children)) != wanted:
            self.list.clear_widgets()
            for widget in wanted:
                self.list.add_widget(widget)
        for target in state.targets():
            if target.role == "item":
                tile = self.tiles[int(target.id.partition(":")[2])]
                tile.selected, tile.enabled, tile.mark, tile.spoken = target.selected, target.enabled, target.mark, target.label


class Mat(Drawn):
    """The mat: cells, walls, goal, robot, and the cell foreseen."""

    def __init__(self, host: Host, state: PredictState, **kwargs: Any) -> None:
        activity = state.activity
        most = look().px(150 if look().form is Form.TALL else 92)
        room = min(look().height * 0.5 / activity.rows, look().width * 0.9 / activity.columns)
        self.cell = max(look().target, min(most, int(room)))
        super().__init__(size_hint_y=None, height=self.cell * activity.rows + look().px(28), **kwargs)
        self._host, self.state = host, state

    def _cell_area(self, column: int, row: int) -> Area:
        left = round(self.x + (self.width - self.cell * self.state.activity.columns) / 2)
        return Area(left + column * self.cell, round(self.y) + look().px(28) + row * self.cell, self.cell, self.cell)

    def stops(self) -> list[Stop]:
        """One stop a cell that can be foreseen."""
        found = []
        for target in self.state.targets():
            if target.role == "cell" and target.enabled:
                index = int(target.id.partition(":")[2])
                area = self._cell_area(index % self.state.activity.columns, index // self.state.activity.columns)
                act = lambda name=target.id: self._host.give(Press(name))  # noqa: E731
                found.append(Stop(self, window_area(self, area), target.label, act, target.id, 8))
        return found

    def on_touch_down(self, touch: Any) -> bool:
        """Foresee the cell under the finger."""
        for stop in self.stops():
            if stop.area.contains(*self.parent.to_window(*touch.pos)):
                stop.act()
                return True
        return False

    def draw(self, painter: Painter, area: Area) -> None:
        """Cell by cell, then the robot."""
        activity: Predict = self.state.activity
        for row in range(activity.rows):
            for column in range(activity.columns):
                self._draw_cell(painter, column, row)
        pose = self.state.pose
        cell = self._cell_area(pose.column, pose.row)
        size, aside = round(cell.height * 0.7), round(cell.height * 0.04)  # the name in the corner stays in sight
        box = Area(cell.x + (cell.width - size) // 2 - aside, cell.y + (cell.height - size) // 2 + aside, size, size)
        painter.box(box, "action", box.height)
        painter.icon(box, HEADS[pose.heading], "on_action", px=round(box.height * 0.7))

    def _draw_cell(self, painter: Painter, column: int, row: int) -> None:
        activity = self.state.activity
        box = self._cell_area(column, row).inset(look().px(2))
        index = row * activity.columns + column
        wall = (column, row) in activity.walls
        painter.box(box, "mute" if wall else "paper", look().px(8))
        painter.outline(box, "line", look().px(8), look().px(2))
        if wall:
            painter.icon(box, "wall", "paper", px=box.height // 2)
        elif (column, row) == activity.goal:
            painter.icon(box, "flag_variant", "ok", px=box.height // 2)
        if index == self.state.foreseen:
            painter.outline(box, "warn", look().px(8), look().px(6))
            corner = box.inset(look().px(6)).cut_top(look().px(26))
            painter.icon(corner, "eye", "warn_deep", px=look().px(26), align="left")
        label = f"{chr(65 + column)}{row + 1}"
        small = min(look().font(16), round(box.height * 0.24))  # a name in the corner never covers what stands in the cell
        painter.text(box.inset(look().px(7), look().px(3)), label, "paper" if wall else "mute", px=small, align="right", valign="bottom")


class PredictView(Column):
    """The mat and the program of a `PredictState`; the program runs by itself, or step by step without motion."""

    def __init__(self, host: Host, state: PredictState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host = host
        self._tick: Any = None
        self.strip = Flow(gap=8)
        self.cards = [
            Tile(words=NAMES[command], lead=ARROWS[command], number=str(n), hug=True, enabled=False, units=SMALL, target=f"command:{n}")
            for n, command in enumerate(state.activity.program, 1)
        ]
        _fill(self.strip, self.cards)
        left = Column(gap=14)
        left.add_widget(Text(words=_("Le programme"), units=HEAD, weight="bold"))
        left.add_widget(self.strip)
        self.mat = Mat(host, state)
        lay_beside(self, left, self.mat, 0.42)
        self.show(state)

    def show(self, state: PredictState) -> None:
        """The robot where it stands, the command under way marked."""
        self.mat.state = state
        self.mat.redraw()
        for number, card in enumerate(self.cards):
            card.selected = state.at - 1 == number
        if state.running and look().motion and self._tick is None:
            self._tick = Clock.schedule_interval(self._step, PACE)
        elif not state.running and self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def _step(self, _seconds: float) -> None:
        if self.parent is None and self._tick is not None:
            self._tick.cancel()
        else:
            self._host.give(Press(STEP))
