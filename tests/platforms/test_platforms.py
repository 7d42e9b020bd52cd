"""The platforms as data: twelve of them, each with a verb for what it offers."""

from __future__ import annotations

from kiosk.domain import Kind
from kiosk.platforms import name, platforms, verb


def test_twelve_platforms_that_only_the_portal_opens() -> None:
    """Each has a name, an icon, a sentence, kinds it offers, and no key: access is the portal's address."""
    every = platforms()
    assert len(every) == 12
    for platform in every.values():
        assert platform.name and platform.icon and platform.about and platform.kinds
        assert platform.access == "portal"


def test_buttons_say_what_one_does_there() -> None:
    """One listens to an audiobook, plays a game, reads the press."""
    assert verb("livres-numeriques", Kind.AUDIOBOOK) == "Écouter en ligne"
    assert verb("livres-numeriques", Kind.EBOOK) == "Lire en ligne"
    assert verb("digame", Kind.GAME) == "Jouer"
    assert verb("skilleos", Kind.COURSE) == "Apprendre"
    assert verb("opsis", Kind.FILM) == "Regarder en ligne"


def test_an_unknown_platform_is_not_an_error() -> None:
    """A harvest may name a platform this version has never heard of."""
    assert name("nouvelle-plateforme") == "nouvelle-plateforme"
    assert verb("nouvelle-plateforme", Kind.FILM) == "Regarder en ligne"
    assert verb("nouvelle-plateforme", Kind.OTHER) == "Voir en ligne"
