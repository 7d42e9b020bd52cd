"""One tablet's page, large, on the facilitator's screen: to talk about an answer together.

Guarantees: it is a picture of what was done there, rebuilt from its gestures; touching it changes nothing, and closing it forgets it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import HEAD, TITLE, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Run
from mediation_apps.runtime.notices import Carried, Notice
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.play.base import Intent
from mediation_apps.runtime.ui.media import Decoder
from mediation_apps.runtime.ui.page_view import PageView

AGAIN = 2.0  # seconds between two looks at the tablet


class Silent:
    """A host that shows pictures and lets nothing be done."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self.decoder, self._carried = Decoder(lambda path: self._pack.media(path)), Carried(pack.manifest.notices)

    def look_at(self, pack: Pack) -> None:
        """The same workshop after a change."""
        self._pack, self._carried = pack, Carried(pack.manifest.notices)

    def give(self, intent: Intent) -> None:
        """Nothing can be answered here."""

    def tell(self, words: str) -> None:
        """Nothing is said."""

    def edit(self, field: Any) -> None:
        """Nothing is written."""

    def hand(self, touch: Any) -> int:
        """No hands."""
        return 0

    def lift(self, ghost: Any) -> None:
        """Nothing is lifted."""

    def lay(self, ghost: Any) -> None:
        """Nothing is laid."""

    def picture(self, view: Any, path: str, width: int, height: int) -> None:
        """Pictures are part of the page."""
        self.decoder.ask(path, width, height, view.arrived)

    def notices(self, records: tuple[str, ...]) -> list[Notice]:
        """Those of the pack."""
        return [found for record in records if (found := self._carried.find(record)) is not None]

    def read(self, notice: Notice) -> None:
        """Nothing opens."""

    def play(self, path: str) -> None:
        """Silence."""


class Projection(Drawn):
    """The page of tablet `name`."""

    def __init__(
        self, pack: Pack, token: str, name: str, run: Run, close: Callable[[], None], ask: Callable[[str], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.token, self.name, self.run = token, name, run
        self._host = Silent(pack)
        self.page = PageView(self._host, run)
        self.button = Button(text=_("Revenir à la grille"), icon="close", kind="primary")
        self.button.bind(on_release=lambda *_: close())
        self.add_widget(self.page)
        self.add_widget(self.button)
        self._clock = Clock.schedule_interval(lambda _dt: ask(token), AGAIN)
        for name_ in ("pos", "size"):
            self.fbind(name_, self._place)

    def show(self, run: Run) -> None:
        """The page as it stands now; another page is laid out anew."""
        if run.at == self.run.at:
            self.page.show(run)
        else:
            self.remove_widget(self.page)
            self.page = PageView(self._host, run)
            self.add_widget(self.page, index=1)
        self.run = run
        self._place()
        self.redraw()

    def _place(self, *_: object) -> None:
        head = look().tall(88)
        self.page.pos, self.page.size = (self.x, self.y), (self.width, max(0, self.height - head))
        self.button.pos = (self.right - self.button.width - look().px(32), self.top - head + (head - self.button.height) / 2)

    def draw(self, painter: Painter, area: Area) -> None:
        """The ground, whose page it is, and its title."""
        painter.fill(area, "ground")
        row = area.copy().cut_top(look().tall(88)).inset(look().px(32), look().px(12))
        row.width -= self.button.width + look().px(16)
        painter.text(
            row.cut_top(row.height // 2), _("Tablette {name}").format(name=self.name), "mute", HEAD, Weight.SEMIBOLD, valign="bottom"
        )
        painter.text(row, self.run.page.title, "ink", TITLE, Weight.BOLD)

    def on_touch_down(self, touch: Any) -> bool:
        """Only its button, and scrolling, take a finger."""
        super().on_touch_down(touch)
        return True

    def close(self) -> None:
        """Stop asking."""
        self._clock.cancel()
        self._host.decoder.close()
