"""The notice, the basket and the pages around it: what they say and what their buttons do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.link import Link
from kiosk.settings import KioskSettings
from kiosk.store.covers import CoverCache
from tests.ui import little
from tests.ui.stage import SIZES, kiosk, prepare, screen_words, settle


def go(driver: Any, name: str, **args: Any) -> str:
    """Go somewhere and return what the screen says."""
    driver.app.parts.desk.go(name, **args)
    driver.settle()
    return screen_words(driver)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_notice_says_what_where_and_what_one_can_do(little_catalogue: Path, ids: dict[int, str], size: tuple[int, int]) -> None:
    """Title, author, audience, summary in paragraphs, every library with the own one first, and the actions."""
    with kiosk(little_catalogue, size) as driver:
        words = go(driver, "notice", record_id=ids[1])
        for expected in ("Contes de Provence", "Frédéric Mistral · 1884", "Livre · dès 8 ans", "Elles font rire", "Dans le même esprit"):
            assert expected in words
        assert (
            words.index("En rayon ici · J CON MIS") < words.index("En rayon · Fonds régional") < words.index("Emprunté jusqu’au 3 décembre")
        )
        for label in ("Réserver", "Mettre au panier", "Sur mon téléphone"):
            assert driver.find(label) is not None


def test_tabs_show_author_reviews_and_record(little_catalogue: Path, ids: dict[int, str]) -> None:
    """Each tab has its content; the author's leads to their page; "back" comes back to the same tab."""
    with kiosk(little_catalogue) as driver:
        go(driver, "notice", record_id=ids[1])
        for tab, expected in (("Avis", "merveille"), ("La fiche", "Éditions du Mas"), ("L’auteur", "Prix Nobel")):
            driver.press(tab)
            driver.settle()
            assert expected in screen_words(driver)
        driver.press("Toutes ses œuvres")
        driver.settle()
        assert driver.app.parts.navigator.place.name == "author"
        words = screen_words(driver)
        assert "1830 – 1914" in words
        assert "Mireille" in words
        driver.app.parts.desk.back()
        driver.settle()
        assert "Prix Nobel" in screen_words(driver)


def test_from_one_work_to_the_next_and_back(little_catalogue: Path, ids: dict[int, str]) -> None:
    """Similar works follow each other, and "back" returns through them."""
    with kiosk(little_catalogue) as driver:
        go(driver, "notice", record_id=ids[1])
        driver.press("Livre, Mireille")
        driver.settle()
        assert "Mireille" in screen_words(driver)
        assert driver.app.parts.navigator.place.args["record_id"] == ids[4]
        driver.app.parts.desk.back()
        driver.settle()
        assert driver.app.parts.navigator.place.args["record_id"] == ids[1]


def test_the_basket_takes_gives_back_and_undoes(little_catalogue: Path, ids: dict[int, str]) -> None:
    """Put in from the notice, shown with where it is, taken out, brought back by "Annuler", emptied."""
    with kiosk(little_catalogue) as driver:
        for number in (1, 2):
            go(driver, "notice", record_id=ids[number])
            driver.press("Mettre au panier")
            driver.settle()
        assert "Mon panier : 2 documents" in go(driver, "basket")
        driver.press("Retirer Contes de Provence")
        driver.settle()
        assert "Contes de Provence" not in screen_words(driver)
        driver.press("Retiré du panier")
        driver.settle()
        assert [e.record_id for e in driver.app.parts.session] == [ids[1], ids[2]]
        driver.press("Vider le panier")
        driver.settle()
        assert "Votre panier est vide" in screen_words(driver)


def test_a_resource_online_says_when_there_is_no_line(little_catalogue: Path, ids: dict[int, str]) -> None:
    """ "Écouter en ligne" without a line: said, and the phone's code is offered."""
    with kiosk(little_catalogue) as driver:
        go(driver, "notice", record_id=ids[2])
        driver.press("Écouter en ligne")
        driver.settle()
        words = screen_words(driver)
        assert "n’a pas de connexion" in words
        assert driver.find("Ouvrir ici") is None


def test_an_address_that_is_none_is_never_shown(little_catalogue: Path) -> None:
    """A record's "javascript:" is neither opened nor put into a code."""
    with kiosk(little_catalogue, online=True, browser="true {url}") as driver:
        words = go(driver, "access", url="javascript:alert(1)", title="X")
        assert "n’est pas lisible" in words
        assert driver.app.parts.navigator.screen.url == ""
        assert driver.find("Ouvrir ici") is None


def test_a_record_that_left_the_catalogue_says_so(little_catalogue: Path) -> None:
    """No blank screen: a sentence and the way back."""
    with kiosk(little_catalogue) as driver:
        assert "n’est plus au catalogue" in go(driver, "notice", record_id="gone")


def test_a_cover_that_was_kept_is_shown_without_a_line(data: Path, ids: dict[int, str]) -> None:
    """On the notice and among its neighbours, from the disk alone; the others are drawn by the kiosk."""
    cover = CoverCache(data / "covers").path(little.COVER)
    cover.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((300, 450)).convert("RGB").save(cover, "JPEG")
    with kiosk(data, link=lambda: Link.open(data, KioskSettings())) as driver:
        go(driver, "notice", record_id=ids[4])
        settle(driver)
        (shown,) = driver.app.parts.navigator.screen._parts["cover"].children
        assert shown.picture is not None
        assert tuple(shown.picture.size) == (300, 450)
        go(driver, "notice", record_id=ids[1])
        settle(driver)
        (drawn,) = driver.app.parts.navigator.screen._parts["cover"].children
        assert drawn.picture is None
        beside = {c.title: c.picture for c in driver.app.parts.navigator.screen._parts["similar"].children}
        assert beside["Mireille"] is not None


def test_a_selection_shows_why_and_the_covers(little_catalogue: Path, ids: dict[int, str]) -> None:
    """Introduction, who chose, every record that is still there; one touch to its notice."""
    with kiosk(little_catalogue) as driver:
        words = go(driver, "selection", selection_id="hiver")
        assert "près du poêle" in words
        assert "Les bibliothécaires de Barrême" in words
        driver.press("Livre, Contes de Provence")
        driver.settle()
        assert driver.app.parts.navigator.place.args["record_id"] == ids[1]
        assert "n’est plus proposée" in go(driver, "selection", selection_id="gone")


def test_the_agenda_lists_and_details(little_catalogue: Path) -> None:
    """Every event to come, soonest first; one of them in full with its place, its hours and its books."""
    with kiosk(little_catalogue) as driver:
        go(driver, "agenda")
        driver.app.parts.desk.ask("agenda", lambda c: _agenda(c, ""), driver.app.parts.navigator.screen._shown)
        driver.settle()
        assert driver.find("mercredi 25 novembre 2026, Atelier") is not None
        driver.app.parts.desk.ask("agenda", lambda c: _agenda(c, "e1"), driver.app.parts.navigator.screen._shown)
        driver.settle()
        words = screen_words(driver)
        for expected in ("14\u202fh – 16\u202fh", "Salle du conseil", "dès 12 ans", "12 places", "fausse image", "Le Journal de la vallée"):
            assert expected in words


def _agenda(catalogue: Any, event_id: str) -> Any:
    """The agenda as on the day it was written."""
    from kiosk.ui.screens.agenda import read_agenda

    return read_agenda(catalogue, event_id, "BAR", "2026-11-22T09:00")


def test_help_is_easy_to_read() -> None:
    """A15: one idea a sentence, twelve words at most."""
    prepare()
    from kiosk.ui.screens.help import advice

    for _icon, _verb, how in advice():
        for sentence in how.replace("!", ".").replace("?", ".").split("."):
            words = [w for w in sentence.replace("«", " ").replace("»", " ").replace(":", " ").split() if w.strip(",;")]
            assert len(words) <= 12, sentence
