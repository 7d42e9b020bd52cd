"""What a person would call the thing, out of coded fields.

Guarantees: coded evidence about the carrier (a film, a disc, a map) wins over what the library's own document type says;
for text, which codes hardly divide, the library's type and the words of the form decide.
Sources: UNIMARC Bibliographic, leader/06-07, 105, 110, 115, 135; MARC21 leader/06-07, 007, 008.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.domain import Kind

_BY_TYPE = {  # leader/06, the same letters in both families but for "i" and "j" in music
    "c": Kind.SCORE,
    "d": Kind.SCORE,
    "e": Kind.MAP,
    "f": Kind.MAP,
    "g": Kind.FILM,
    "i": Kind.AUDIOBOOK,
    "j": Kind.MUSIC,
    "k": Kind.IMAGE,
    "r": Kind.KIT,
    "o": Kind.KIT,
}
_COMIC = re.compile(r"(?i)\bbandes? dessin|\bcomics?\b|\bmangas?\b|\bgraphic novels?\b|\broman graphique")
_SPOKEN = re.compile(
    r"(?i)enregistrement parl|livres? audio|livres? lus?|livres? sonores?|texte lu|audio ?books?|livres? enregistr|\bpoésies? dites?"
)
_GAME = re.compile(r"(?i)\bjeux? (?:vid[ée]o|électronique|informatique|d.ordinateur)|\bvideo ?games?|nintendo|playstation|\bxbox")
_SOUND = re.compile(r"(?i)^\[?\s*enr(?:egistrement)?\.?\s*sonore|disque compact|\bcd audio\b|musique sonore")
_VIDEO = re.compile(r"(?i)\bdvd\b|vid[ée]o|images? anim|blu-?ray|\bfilm\b")
_SCORE = re.compile(r"(?i)musique (?:imprim|not)|\bpartition")
_ONLINE = re.compile(r"(?i)ressource [ée]lectronique|livre num[ée]rique|\be-?books?\b|electronic resource|en ligne")
_PRESS = re.compile(r"(?i)p[ée]riodique|journal\b|revue|magazine")
_KIT = re.compile(r"(?i)\bjeux? de soci[ée]t|\bjeu de (?:cartes|plateau)|\brobot|\bmalle\b|\bvalise\b|\bobjet\b|\bjouet")


def of_codes(leader: str) -> Kind:
    """Return the kind that leader/06-07 tell; `BOOK` for text, `OTHER` for what they leave open."""
    type_, level = leader[6:7], leader[7:8]
    if type_ in ("a", "b", "t"):
        return Kind.PRESS if level == "s" else Kind.BOOK
    return _BY_TYPE.get(type_, Kind.OTHER)


def refined(kind: Kind, carrier: str, forms: str, given: Kind | None) -> Kind:
    """Decide with words too.

    `carrier` is the general material designation, `forms` the words of form and genre headings, `given` what the library's
    document type says.
    """
    if kind in (Kind.MUSIC, Kind.AUDIOBOOK):
        return Kind.AUDIOBOOK if _SPOKEN.search(carrier) or _SPOKEN.search(forms) or given is Kind.AUDIOBOOK else kind
    if kind not in (Kind.BOOK, Kind.OTHER, Kind.PRESS, Kind.FILM):
        return kind
    by_carrier = _of_carrier(carrier)
    if by_carrier is not None:
        return by_carrier
    if kind in (Kind.PRESS, Kind.FILM):
        return kind
    if _says_comic(forms):
        return Kind.COMIC
    if kind is Kind.OTHER:
        return given or _of_forms(forms)
    return given if given is not None and given not in (Kind.MUSIC, Kind.MAP) else kind


def _says_comic(forms: str) -> bool:
    """Look for one of the words of `_COMIC`: a look at their letters spares the expression to nearly all records."""
    low = forms.lower()
    return ("dessin" in low or "comic" in low or "manga" in low or "graphi" in low) and _COMIC.search(forms) is not None


@lru_cache(maxsize=2048)
def _of_carrier(carrier: str) -> Kind | None:
    if not carrier:
        return None
    for pattern, kind in (
        (_GAME, Kind.GAME),
        (_SPOKEN, Kind.AUDIOBOOK),
        (_VIDEO, Kind.FILM),
        (_SOUND, Kind.MUSIC),
        (_SCORE, Kind.SCORE),
        (_ONLINE, Kind.EBOOK),
        (_KIT, Kind.KIT),
    ):
        if pattern.search(carrier):
            return kind
    return None


def _of_forms(forms: str) -> Kind:
    return _of_carrier(forms) or (Kind.PRESS if _PRESS.search(forms) else Kind.OTHER)


# Words of Dublin Core types, DCMI types, OPDS and schema.org types, media types; the first that is found decides.
_WORDS: tuple[tuple[str, Kind], ...] = (
    ("audiobook", Kind.AUDIOBOOK),
    ("livre audio", Kind.AUDIOBOOK),
    ("livre lu", Kind.AUDIOBOOK),
    ("texte lu", Kind.AUDIOBOOK),
    ("bande dessinée", Kind.COMIC),
    ("bandes dessinées", Kind.COMIC),
    ("comic", Kind.COMIC),
    ("manga", Kind.COMIC),
    ("jeu vidéo", Kind.GAME),
    ("jeux vidéo", Kind.GAME),
    ("videogame", Kind.GAME),
    ("video game", Kind.GAME),
    ("histoire animée", Kind.STORY),
    ("livre animé", Kind.STORY),
    ("course", Kind.COURSE),
    ("formation", Kind.COURSE),
    ("cours en ligne", Kind.COURSE),
    ("autoformation", Kind.COURSE),
    ("partition", Kind.SCORE),
    ("notated music", Kind.SCORE),
    ("musique notée", Kind.SCORE),
    ("musique imprimée", Kind.SCORE),
    ("sheetmusic", Kind.SCORE),
    ("moving image", Kind.FILM),
    ("movingimage", Kind.FILM),
    ("videorecording", Kind.FILM),
    ("image animée", Kind.FILM),
    ("vidéo", Kind.FILM),
    ("video", Kind.FILM),
    ("film", Kind.FILM),
    ("movie", Kind.FILM),
    ("dvd", Kind.FILM),
    ("image fixe", Kind.IMAGE),
    ("still image", Kind.IMAGE),
    ("stillimage", Kind.IMAGE),
    ("estampe", Kind.IMAGE),
    ("photograph", Kind.IMAGE),
    ("affiche", Kind.IMAGE),
    ("périodique", Kind.PRESS),
    ("fascicule", Kind.PRESS),
    ("serial", Kind.PRESS),
    ("periodical", Kind.PRESS),
    ("newspaper", Kind.PRESS),
    ("magazine", Kind.PRESS),
    ("presse", Kind.PRESS),
    ("revue", Kind.PRESS),
    ("article", Kind.PRESS),
    ("carte", Kind.MAP),
    ("cartographic", Kind.MAP),
    ("atlas", Kind.MAP),
    ("musique", Kind.MUSIC),
    ("musicalbum", Kind.MUSIC),
    ("musicrecording", Kind.MUSIC),
    ("music", Kind.MUSIC),
    ("enregistrement sonore", Kind.MUSIC),
    ("audio", Kind.AUDIOBOOK),
    ("disque", Kind.MUSIC),
    ("sound", Kind.MUSIC),
    ("dessin", Kind.IMAGE),
    ("image", Kind.IMAGE),
    ("objet", Kind.KIT),
    ("physicalobject", Kind.KIT),
    ("ebook", Kind.EBOOK),
    ("epub", Kind.EBOOK),
    ("livre numérique", Kind.EBOOK),
    ("book", Kind.BOOK),
    ("livre", Kind.BOOK),
    ("monograph", Kind.BOOK),
    ("text", Kind.BOOK),
)


def of_words(*texts: str) -> Kind | None:
    """Return the kind that free words name, or None. Words come before their shorter relatives."""
    joined = " ".join(texts).lower()
    return next((kind for word, kind in _WORDS if word in joined), None)
