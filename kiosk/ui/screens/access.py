"""To a resource online: in the kiosk's browser when it has one and a line, else on the person's own phone.

Guarantees: only an address checked to be a plain web address is opened or shown; without a line it is said before
anything is tried; what was opened is closed at the end of the visit.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui.browser import Browser
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.snapshots import safe_url
from kiosk.ui.widgets import layouts, qr, rows, scroller  # noqa: F401  (named by access.kv)
from kiosk.ui.widgets.buttons import Button  # noqa: F401
from kiosk.ui.widgets.texts import Text  # noqa: F401


class AccessScreen(Screen):
    """`show(url=…, title=…)`."""

    url = StringProperty("")
    name_of = StringProperty("")
    message = StringProperty("")
    online = BooleanProperty(False)
    can_open = BooleanProperty(False)

    def show(self, url: str = "", title: str = "", **_args: Any) -> None:
        """Tell what is possible now."""
        self.url = url if safe_url(url) else ""
        self.name_of = title
        self.online = self.desk.home.online()
        self.can_open = self.online and bool(self.url) and bool(self.desk.settings.browser)
        self.ids.open.opacity = 1 if self.can_open else 0
        self.ids.open.enabled = self.can_open
        if not self.url:
            self.message = _("L’adresse de cette ressource n’est pas lisible. Demandez à l’accueil.")
        elif not self.online:
            self.message = _("La borne n’a pas de connexion en ce moment. Votre téléphone ouvrira cette ressource dès qu’il en aura une.")
        else:
            self.message = _("Cette ressource s’ouvre avec votre carte de bibliothèque, sur le portail.")

    def title(self) -> str:
        """What is said on arrival."""
        return self.message

    def open(self) -> None:
        """Open it on the kiosk."""
        browser = Browser.of(self.desk.settings.browser)
        if not browser.open(self.url):
            self.message = _("La page n’a pas pu s’ouvrir ici. Votre téléphone le peut.")
            return
        self.desk.visit.at_end("browser", browser.close)
