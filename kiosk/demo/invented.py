"""One invented record after another of a family.

Guarantees: everything follows from the random numbers given and the number of records made before; an invented record
says nothing of a real person, and its address leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from kiosk.demo import files
from kiosk.demo.families import Choice, Family, TitleTemplate
from kiosk.demo.french import capital
from kiosk.demo.people import Writers
from kiosk.demo.press import Issues
from kiosk.demo.reviews import Reviews
from kiosk.demo.shelves import Shelves, letters
from kiosk.demo.works import PORTAL, SOURCE
from kiosk.domain import Contributor, Holding, Identifier, Kind, Link, Record, SourceRef
from kiosk.store.merging import stable_id

_REVIEWED = 0.05
_MOST_LOANS = 950
_PLATFORMS = {  # where a digital record of this kind is found, when its family does not say
    Kind.EBOOK: ("livres-numeriques",),
    Kind.AUDIOBOOK: ("livres-numeriques",),
    Kind.COMIC: ("livres-numeriques",),
    Kind.FILM: ("mediatheque-numerique",),
    Kind.MUSIC: ("philharmonie",),
    Kind.PRESS: ("cafeyn",),
    Kind.COURSE: ("skilleos",),
    Kind.GAME: ("digame",),
    Kind.STORY: ("storyplayr",),
}
_ONLINE = {  # share of the records of a kind that are online only; the others are on shelves
    Kind.EBOOK: 1.0,
    Kind.AUDIOBOOK: 0.55,
    Kind.COMIC: 0.06,
    Kind.FILM: 0.5,
    Kind.MUSIC: 0.45,
    Kind.PRESS: 0.85,
    Kind.COURSE: 1.0,
    Kind.GAME: 0.6,
    Kind.STORY: 1.0,
}
_CALLS = {Kind.AUDIOBOOK: "LA ", Kind.FILM: "DVD ", Kind.MUSIC: "CD ", Kind.GAME: "JV ", Kind.SCORE: "PART ", Kind.KIT: "KIT "}


class _Named(NamedTuple):
    """What the title decided."""

    title: str
    subtitle: str
    series: str
    volume: str
    choice: Choice
    year: int
    author: Contributor | None


class Inventor:
    """Makes the records of one family. `random` gives numbers from 0 to 1."""

    def __init__(self, family: Family, place: int, shelves: Shelves, reviews: Reviews, random: Callable[[], float], today: date) -> None:
        self.family = family
        self._random = random
        self._shelves, self._reviews = shelves, reviews
        self._made = 0
        self._writers = Writers(family.people, place, family.role) if family.people else None
        self._kinds = tuple(kind for kind, weight in family.kinds for _ in range(round(weight)))
        self._years = _years(*family.years, today.year)
        self._issues = Issues(family.periodical, today) if family.periodical else None
        self._publishers = tuple(files.table("lexicon")["publishers"])
        self._languages = (family.language,) if family.language else ()
        self._platforms = {kind: family.platforms or _PLATFORMS.get(kind, ()) for kind, _weight in family.kinds}

    def make(self, number: int) -> Record:
        """Return the next record; `number` is its place in the whole catalogue."""
        family, random = self.family, self._random
        kind = self._kinds[int(random() * len(self._kinds))]
        named = self._name()
        source = f"{family.id}-{number}"
        platforms, holdings = self._where(kind, named, number)
        return Record(
            id=stable_id(SOURCE, source),
            title=named.title,
            subtitle=named.subtitle,
            kind=kind,
            contributors=(named.author,) if named.author else (),
            publisher=self._publishers[int(random() * len(self._publishers))] if kind not in (Kind.PRESS, Kind.KIT) else "",
            year=named.year if kind is not Kind.KIT else None,
            languages=self._languages,
            summary=family.summaries[int(random() * len(family.summaries))].fill(named.choice),
            audience=family.audience,
            age_min=family.ages[int(random() * len(family.ages))] if family.ages else None,
            subjects=tuple(dict.fromkeys(template.fill(named.choice) for template in family.subjects)),
            genres=family.genres,
            classification=family.classification,
            series=named.series,
            volume=named.volume,
            extent=self._extent(kind),
            identifiers=tuple(Identifier(f"platform:{platform}", source) for platform in platforms),
            links=tuple(Link(f"{PORTAL}/{platform}/{source}", platform=platform) for platform in platforms),
            holdings=holdings,
            reviews=self._reviews.of(kind, _REVIEWED),
            sources=(SourceRef(SOURCE, source),),
            popularity=min(_MOST_LOANS, int(1.6 * (1.0 - random()) ** -0.75) - 1),
        )

    def _name(self) -> _Named:
        """Return the next title, with all that goes with it."""
        family, random = self.family, self._random
        number, self._made = self._made, self._made + 1
        if self._issues:
            return self._issue(number)
        if family.volumes:
            return self._volume(number)
        titled = family.titles[number % len(family.titles)]
        choice = self._choice(titled, number // len(family.titles))
        author = self._writers.draw(random()) if self._writers else None
        year = self._years[int(random() * len(self._years))]
        subtitle = capital(titled.subtitle.fill(choice)) if titled.subtitle else ""
        return _Named(capital(titled.template.fill(choice)), subtitle, "", "", choice, year, author)

    def _choice(self, titled: TitleTemplate, number: int) -> Choice:
        choice = titled.choice(number)
        for name, length in self.family.lists.items():
            if name not in choice:
                choice[name] = int(self._random() * length)
        return choice

    def _volume(self, number: int) -> _Named:
        """Return a volume of a series: same author for all, a year between volumes."""
        family = self.family
        which, volume = divmod(number, family.volumes)
        titled = family.titles[which % len(family.titles)]
        choice = self._choice(titled, which // len(family.titles))
        series = capital(titled.template.fill(choice))
        part = family.parts[(which * 7 + volume * 11) % len(family.parts)] if family.parts else ""
        title = f"{series}, tome {volume + 1}" + (f"\u00a0: {part}" if part else "")
        author = self._writers.draw((which * 0.618034) % 1.0) if self._writers else None
        first = self._years[(which * 131) % len(self._years)]
        return _Named(title, "", series, str(volume + 1), choice, min(first + volume, self._years[-1]), author)

    def _issue(self, number: int) -> _Named:
        assert self._issues is not None
        titled = self.family.titles[number % len(self.family.titles)]
        choice = self._choice(titled, number // len(self.family.titles))
        issue = self._issues.issue(number)
        title = f"{issue.title}, n°\u00a0{issue.number}"
        return _Named(title, issue.dated, issue.title, str(issue.number), choice, issue.year, None)

    def _where(self, kind: Kind, named: _Named, number: int) -> tuple[tuple[str, ...], tuple[Holding, ...]]:
        """Return the platforms that give access, or the copies on shelves."""
        platforms = self._platforms[kind]
        if platforms and self._random() < _ONLINE.get(kind, 0.0):
            return (platforms[number % len(platforms)],), ()
        filed = letters(named.author.sort_name if named.author else named.title)
        call = f"{_CALLS.get(kind, '')}{self.family.call} {filed}".replace("  ", " ").strip()
        return (), self._shelves.holdings(call, self.family.place)

    def _extent(self, kind: Kind) -> str:
        u = self._random()
        young = self.family.audience in ("early", "children")
        if kind in (Kind.BOOK, Kind.EBOOK):
            return f"{int(24 + u * 90) if young else int(96 + u * u * 480)} p."
        if kind is Kind.COMIC:
            return f"{(46, 48, 54, 62, 96, 128, 184)[int(u * 7)]} p."
        if kind in (Kind.AUDIOBOOK, Kind.FILM, Kind.MUSIC, Kind.STORY, Kind.COURSE):
            return _duration(kind, u, young)
        return ""


def _duration(kind: Kind, u: float, young: bool) -> str:
    low, high = {
        Kind.AUDIOBOOK: (35, 120) if young else (150, 800),
        Kind.FILM: (24, 84) if young else (52, 138),
        Kind.MUSIC: (28, 76),
        Kind.STORY: (4, 16),
        Kind.COURSE: (20, 240),
    }[kind]
    minutes = int(low + u * (high - low))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _years(first: int, last: int, this_year: int) -> tuple[int, ...]:
    """Return a table of years in which recent ones are many."""
    last = min(last, this_year)
    first = min(first, last)
    return tuple(year for year in range(first, last + 1) for _ in range(1 + (year - first) ** 2 * 12 // max(1, (last - first) ** 2)))
