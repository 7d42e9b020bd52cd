"""What the tour does before each picture, in the order a person might take.

Guarantees: every act is a touch or a key on the real screens, but where a person would only wait (the line comes back, the disk
fills up), and that is told to what stands in for the world, never to a screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.demo.library_system import CARD, PASSWORD
from kiosk.domain import Kind
from kiosk.errors import DiskFull, DiskReadOnly
from kiosk.i18n import _
from kiosk.line import Line
from kiosk.store import disk

Act = Callable[[Any], object]
BACKSPACE, ENTER, ESCAPE = 8, 13, 27


@dataclass(frozen=True, slots=True)
class Step:
    """One picture: what is done before it is taken. `act` returns False when there is nothing to see on this size of screen."""

    name: str
    act: Act


def then(*acts: Act) -> Act:
    """Do several things; False as soon as one has nothing to do."""

    def act(driver: Any) -> object:
        return all(one(driver) is not False for one in acts)

    return act


def home(driver: Any) -> None:
    """Back to the first screen, whatever is open."""
    driver.app.parts.desk.close_overlay()
    driver.press("Accueil")
    driver.settle()


def press(*labels: str) -> Act:
    """Touch these one after the other."""

    def act(driver: Any) -> None:
        for label in labels:
            driver.press(label)
            driver.settle()

    return act


def search(words: str) -> Act:
    """Write into the search field of the home."""

    def act(driver: Any) -> None:
        home(driver)
        driver.press("Titre, auteur")
        driver.type(words)

    return act


def enter(driver: Any) -> None:
    """The Enter key."""
    driver.key(ENTER)
    driver.settle()


def write(words: str) -> Act:
    """Write where the caret is, then Enter: what a card reader does too."""

    def act(driver: Any) -> None:
        driver.type(words)
        enter(driver)

    return act


def escape(driver: Any) -> None:
    """The key that goes back, where there is no button."""
    driver.key(ESCAPE)
    driver.settle()


def erase(driver: Any) -> None:
    """Take back what was written, letter by letter."""
    for _letter in range(12):
        driver.key(BACKSPACE)
    driver.settle()


def scroll(driver: Any) -> None:
    """Slide the page up by two thirds of its height."""
    stage = driver.app.parts.shell.stage
    x, low = stage.x + stage.width * 0.3, stage.y
    driver.drag((x, low + stage.height * 0.15), (x, low + stage.height * 0.85), rest=12)
    driver.settle()


def scroll_home(driver: Any) -> bool:
    """Go down the home, where it is longer than the screen."""
    if driver.app.parts.navigator.screen.ids.page.kinetic.reach < 8:
        return False
    scroll(driver)
    return True


def first_row(driver: Any) -> None:
    """Open the first result."""
    rows = driver.app.parts.navigator.screen.list.stops()
    if not rows:
        raise LookupError("première notice")
    driver.tap(*rows[0].area.center)
    driver.settle()


def notice_of(words: str) -> Act:
    """Search, and open the first result."""
    return then(search(words), enter, first_row)


def notice_where(wanted: Callable[[Any], bool]) -> Act:
    """Open the first work of the home's shelf, or of a search, whose notice is as wanted; False when there is none."""

    def act(driver: Any) -> bool:
        parts = driver.app.parts
        for words in ("mon moulin", "vingt mille lieues", "provence", ""):
            then(search(words), enter)(driver)
            for number in range(4):
                rows = [s for s in parts.navigator.screen.list.stops() if not s.key.endswith(":basket")]
                if number >= len(rows):
                    break
                driver.tap(*rows[number].area.center)
                driver.settle()
                if parts.navigator.place.name == "notice" and wanted(parts.navigator.screen.view):
                    return True
                parts.desk.back()
                driver.settle()
        return False

    return act


def later(driver: Any) -> None:
    """Let a word in passing pass."""
    driver.now += 7.0
    driver.settle()


def into_basket(driver: Any) -> None:
    """Put the first three results into the basket."""
    for number in range(3):
        stops = [s for s in driver.app.parts.navigator.screen.list.stops() if s.key.endswith(":basket")]
        if number < len(stops):
            driver.tap(*stops[number].area.center)
    driver.settle()


def comfort(**changes: Any) -> Act:
    """Change the look as the bar of comforts does."""

    def act(driver: Any) -> None:
        driver.app.parts.session.set_comforts(**changes)
        driver.settle()

    return act


def warn(driver: Any) -> None:
    """Let time pass until somebody is asked whether they are still there."""
    parts = driver.app.parts
    parts.watch.alive()
    driver.now += parts.session.policy.idle - parts.session.policy.warning + 1
    driver.settle()


def alive(driver: Any) -> None:
    """Somebody is."""
    driver.app.parts.watch.alive()
    driver.app.parts.desk.close_overlay()
    driver.settle()


def close(driver: Any) -> None:
    """Take a dialogue away."""
    driver.app.parts.desk.close_overlay()
    driver.settle()


def facets(driver: Any) -> None:
    """Tick two facets, opening their panel where it is a dialogue."""
    if driver.find("Filtrer") is not None:
        driver.press("Filtrer")
    for label in ("Type, Livre,", "Public, Adultes"):
        if driver.find(label) is not None:
            driver.press(label)
            driver.settle()


def from_home(*labels: str) -> Act:
    """Home, then these."""
    return then(home, press(*labels))


def card_of_home(driver: Any) -> None:
    """The card of the next meeting, else the most wanted."""
    home(driver)
    view = driver.app.parts.navigator.screen.view
    driver.press(view.news.title if view.news else "Les plus demandés")
    driver.settle()


def tab(label: str) -> Act:
    """A tab of the notice, when this one has it."""

    def act(driver: Any) -> bool:
        if driver.find(label) is None:
            return False
        driver.press(label)
        driver.settle()
        return True

    return act


def online_verb(driver: Any) -> None:
    """The main button of a notice online: read, listen, watch…"""
    parts = driver.app.parts
    buttons = [s for s in parts.shell.focus.stops() if getattr(s.owner, "kind", "") == "primary"]
    if not buttons:
        raise LookupError("accès en ligne")
    driver.tap(*buttons[0].area.center)
    driver.settle()


def line(state: Line) -> Act:
    """The line comes, or goes."""

    def act(driver: Any) -> None:
        driver.world.line = state
        driver.world.library.answering = state is Line.UP
        screen = driver.app.parts.navigator.screen
        if hasattr(screen, "line_changed"):
            screen.line_changed()
        driver.settle()

    return act


def disk_says(fault: Exception | None) -> Act:
    """The disk under the outbox fills up, or refuses, or is well again."""

    def act(driver: Any) -> None:
        driver.world.fault = fault

    return act


def come_in(driver: Any) -> None:
    """Touch the invitation, anywhere."""
    driver.tap(*driver.app.parts.shell.center)
    driver.settle()


def next_person(driver: Any) -> None:
    """Whoever was here has left, and somebody else touches the invitation."""
    driver.app.parts.watch.leave()
    driver.settle()
    come_in(driver)


def _held(view: Any) -> bool:
    return view is not None and view.can_hold


def _online(view: Any) -> bool:
    return view is not None and bool(view.access_url) and view.record.kind in (Kind.AUDIOBOOK, Kind.EBOOK, Kind.FILM)


def _written(view: Any) -> bool:
    return view is not None and bool(view.biography)


LOOKING = (
    Step("accueil", lambda driver: None),
    Step("accueil-suite", scroll_home),
    Step("recherche-clavier", search("montag")),
    Step("resultats", then(search("montagne"), enter)),
    Step("resultats-filtres", facets),
    Step("resultats-tri", then(close, press("Trier"))),
    Step("resultats-plus-loin", then(close, scroll)),
    Step("resultats-mis-au-panier", into_basket),
    Step("rubrique-jeunesse", then(later, from_home("Jeunesse"))),
    Step("rien-trouve", then(search("zzyzx qwrt"), enter)),
    Step("notice", notice_of("lettres de mon moulin")),
    Step("notice-suite", scroll),
    Step("notice-auteur", then(notice_where(_written), tab("L’auteur"))),
    Step("auteur", press("Toutes ses œuvres")),
    Step("notice-avis", then(notice_of("lettres de mon moulin"), tab("Avis"))),
    Step("notice-fiche", then(notice_of("lettres de mon moulin"), tab("La fiche"))),
    Step("notice-en-ligne", notice_where(_online)),
    Step("acces-hors-connexion", then(notice_where(_online), online_verb)),
    Step("selection", from_home("Tout voir")),
    Step("evenement", card_of_home),
    Step("agenda", press("Tout l’agenda")),
    Step("panier", from_home("Panier")),
    Step("sur-mon-telephone", press("Sur mon téléphone")),
    Step("aide", from_home("Aide")),
    Step("lire-a-voix-haute", from_home("Lire à voix haute")),
    Step("panier-vide", then(press("Lire à voix haute"), next_person, from_home("Panier"))),
)
HOLDING = (
    Step("carte", then(notice_where(_held), press("Réserver"))),
    Step("carte-incomplete", write("12")),
    Step("reserver", then(erase, write(CARD))),
    Step("reserver-hors-connexion", press("Confirmer")),
    Step("ma-carte-hors-connexion", from_home("Ma carte")),
    Step("demande-annulee", then(press("Retour"), escape, press("Annuler cette demande"))),
    Step("reserver-disque-plein", then(disk_says(DiskFull(_(disk.FULL))), notice_where(_held), press("Réserver", "Confirmer"))),
    Step("reserver-disque-protege", then(disk_says(DiskReadOnly(_(disk.READ_ONLY))), notice_where(_held), press("Réserver", "Confirmer"))),
    Step("jai-termine", then(disk_says(None), home, press("J’ai terminé"))),
    Step("accueil-connecte", then(come_in, line(Line.UP))),
    Step("mot-de-passe", then(notice_where(_held), press("Réserver"), write(CARD))),
    Step("mot-de-passe-refuse", write("zola")),
    Step("reserver-connecte", write(PASSWORD)),
    Step("reserve", press("Confirmer")),
    Step("ma-carte", from_home("Ma carte")),
    Step("reservation-refusee", then(from_home("Jeunesse"), first_row, press("Réserver", "Confirmer"))),
    Step("acces", then(notice_where(_online), online_verb)),
    Step("code-des-bibliothecaires", from_home("Aide", "Page des bibliothécaires")),
    Step("page-des-bibliothecaires", lambda driver: write(driver.app.parts.desk.settings.staff_code)(driver)),
)
COMFORTS = (
    Step("texte-plus-grand", then(next_person, line(Line.DOWN), home, comfort(text=1.6))),
    Step("resultats-texte-plus-grand", then(search("montagne"), enter)),
    Step("notice-texte-plus-grand", first_row),
    Step("contraste", then(home, comfort(text=1.0, palette="contrast"))),
    Step("nuit", comfort(palette="night")),
    Step("nuit-resultats", then(search("provence"), enter)),
    Step("commandes-en-bas", then(home, comfort(palette="limestone", reach=True))),
    Step("english", comfort(reach=False, language="en")),
    Step("toujours-la", then(comfort(language="fr"), warn)),
    Step("invitation", then(alive, lambda driver: driver.app.parts.navigator.restart("attract"), lambda driver: driver.settle())),
)


def steps() -> list[Step]:
    """Return the tour of a kiosk that has its catalogue."""
    return [*LOOKING, *HOLDING, *COMFORTS]


def empty_steps() -> list[Step]:
    """Return the tour of a kiosk that has none."""
    return [Step("sans-catalogue", lambda driver: None), Step("sans-catalogue-recherche", then(search("montagne"), enter))]
