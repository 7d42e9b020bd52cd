"""The tour: every screen of the real application, driven by real touches, written as numbered PNG files.

Guarantees: nothing is drawn for the tour alone; the same data on the same day gives the same pictures; a step that finds
nothing to touch ends the tour with its name, so that a picture is never of the wrong screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError


class TourError(KioskError):
    """A step could not be driven."""


@dataclass(frozen=True, slots=True)
class Step:
    """One picture: what is done before it is taken."""

    name: str
    act: Callable[[Any], object]  # False: there is nothing to see on this size of screen


def _search(words: str) -> Callable[[Any], None]:
    def act(driver: Any) -> None:
        _home(driver)
        driver.press("Titre, auteur")
        driver.type(words)

    return act


def _home(driver: Any) -> None:
    driver.app.parts.desk.close_overlay()
    driver.press("Accueil")
    driver.settle()


def _press(*labels: str) -> Callable[[Any], None]:
    def act(driver: Any) -> None:
        for label in labels:
            driver.press(label)
            driver.settle()

    return act


def _from_home(*labels: str) -> Callable[[Any], None]:
    def act(driver: Any) -> None:
        _home(driver)
        _press(*labels)(driver)

    return act


def _go(name: str, **args: Any) -> Callable[[Any], None]:
    """For screens that a person reaches by waiting: the navigator is told."""

    def act(driver: Any) -> None:
        driver.app.parts.navigator.go(name, **args)
        driver.settle()

    return act


def _enter(driver: Any) -> None:
    driver.key(13)
    driver.settle()


def _scroll_home(driver: Any) -> bool:
    """Go down the page, where it is longer than the screen."""
    if driver.app.parts.navigator.screen.ids.page.kinetic.reach < 8:
        return False
    _scroll(driver)
    return True


def _scroll(driver: Any) -> None:
    stage = driver.app.parts.shell.stage
    x, low = stage.x + stage.width * 0.3, stage.y
    driver.drag((x, low + stage.height * 0.15), (x, low + stage.height * 0.85), rest=12)
    driver.settle()


def _first_row(driver: Any) -> None:
    rows = driver.app.parts.navigator.screen.list.stops()
    if not rows:
        raise LookupError("première notice")
    driver.tap(*rows[0].area.center)
    driver.settle()


def _into_basket(driver: Any) -> None:
    for number in range(3):
        stops = [s for s in driver.app.parts.navigator.screen.list.stops() if s.key.endswith(":basket")]
        if number < len(stops):
            driver.tap(*stops[number].area.center)
    driver.settle()


def _comfort(**changes: Any) -> Callable[[Any], None]:
    def act(driver: Any) -> None:
        driver.app.parts.session.set_comforts(**changes)
        driver.settle()

    return act


def _warn(driver: Any) -> None:
    """Let time pass until somebody is asked whether they are still there."""
    parts = driver.app.parts
    parts.watch.alive()
    driver.now += parts.session.policy.idle - parts.session.policy.warning + 1
    driver.settle()


def _alive(driver: Any) -> None:
    driver.app.parts.watch.alive()
    driver.app.parts.desk.close_overlay()
    driver.settle()


def _facets(driver: Any) -> None:
    if driver.find("Filtrer") is not None:
        driver.press("Filtrer")
    for label in ("Type, Livre,", "Public, Adultes"):
        if driver.find(label) is not None:
            driver.press(label)
            driver.settle()


def steps() -> list[Step]:
    """Return the tour, in the order a person might take."""

    def then(*acts: Callable[[Any], None]) -> Callable[[Any], None]:
        def act(driver: Any) -> None:
            for one in acts:
                one(driver)

        return act

    def close(driver: Any) -> None:
        driver.app.parts.desk.close_overlay()
        driver.settle()

    return [
        Step("accueil", lambda driver: None),
        Step("accueil-suite", _scroll_home),
        Step("recherche-clavier", _search("montag")),
        Step("resultats", then(_search("montagne"), _enter)),
        Step("resultats-filtres", _facets),
        Step("resultats-tri", then(close, _press("Trier"))),
        Step("resultats-plus-loin", then(close, _scroll)),
        Step("resultats-mis-au-panier", _into_basket),
        Step("rubrique-jeunesse", _from_home("Jeunesse")),
        Step("rien-trouve", then(_search("zzyzx qwrt"), _enter)),
        Step("notice", then(_search("lettres de mon moulin"), _enter, _first_row)),
        Step("notice-suite", _scroll),
        Step("selection", _from_home("Tout voir")),
        Step("agenda", _from_home_card),
        Step("panier", _from_home("Panier")),
        Step("sur-mon-telephone", _press("Sur mon téléphone")),
        Step("ma-carte", _from_home("Ma carte")),
        Step("texte-plus-grand", then(_home, _comfort(text=1.6))),
        Step("resultats-texte-plus-grand", then(_search("montagne"), _enter)),
        Step("contraste", then(_home, _comfort(text=1.0, palette="contrast"))),
        Step("nuit", _comfort(palette="night")),
        Step("nuit-resultats", then(_search("provence"), _enter)),
        Step("commandes-en-bas", then(_home, _comfort(palette="limestone", reach=True))),
        Step("english", _comfort(reach=False, language="en")),
        Step("toujours-la", then(_comfort(language="fr"), _warn)),
    ]


def _from_home_card(driver: Any) -> None:
    _home(driver)
    view = driver.app.parts.navigator.screen.view
    driver.press(view.news.title if view.news else "Les plus demandés")
    driver.settle()


def ensure_catalogue(data: Path, report: Callable[[str], None]) -> None:
    """Build the demonstration when there is no catalogue in `data`."""
    if (data / "catalogue.sqlite").exists():
        return
    from kiosk.cli.first_start import place
    from kiosk.demo import build_demo

    build_demo(data, progress=lambda done, total: report(f"Catalogue de démonstration : {done} sur {total}"))
    place(data)


def run_tour(folder: Path, data: Path, size: tuple[int, int], report: Callable[[str], None] = lambda _words: None) -> list[Path]:
    """Draw every screen of `data` at `size` into `folder`; return the files. Raises TourError."""
    from kiosk.settings import load
    from kiosk.ui import boot

    ensure_catalogue(data, report)
    boot.prepare(*size, offscreen=True)
    from kiosk.app import build
    from kiosk.ui.driver import Driver

    app = build(data, load(data), keyboard=True)
    app.start("home", resting="home")
    driver = Driver(app)
    pictures: list[Path] = []
    try:
        driver.settle()
        pictures = _take(driver, folder, report)
        if (Path(__file__).parent / "screens" / "attract.py").exists():
            _alive(driver)
            _go("attract")(driver)
            pictures.append(driver.picture(folder / f"{len(pictures) + 1:02d}-invitation.png"))
        _go("setup")(driver)
        app.parts.navigator.screen.arrival.share = 0.62
        driver.settle()
        pictures.append(driver.picture(folder / f"{len(pictures) + 1:02d}-premier-demarrage.png"))
    finally:
        driver.close()
        app.close()
    return pictures


def _take(driver: Any, folder: Path, report: Callable[[str], None]) -> list[Path]:
    pictures: list[Path] = []
    for step in steps():
        report(step.name)
        try:
            if step.act(driver) is False:
                continue
        except LookupError as error:
            raise TourError(f"La visite s’arrête à « {step.name} » : rien ne s’appelle « {error.args[0]} » sur cet écran.") from error
        pictures.append(driver.picture(folder / f"{len(pictures) + 1:02d}-{step.name}.png"))
    return pictures
