"""One invented record after another of a family.

Guarantees: everything follows from the random numbers given and the number of records made before; an invented record
says nothing of a real person, and its address leads nowhere. Titles of a family differ as long as it has combinations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from kiosk.demo import files
from kiosk.demo.extents import extents
from kiosk.demo.families import Family, Template, TitleTemplate
from kiosk.demo.french import bare, capital
from kiosk.demo.people import Writers
from kiosk.demo.press import Issues
from kiosk.demo.reviews import Reviews, group
from kiosk.demo.shelves import Shelves, letters
from kiosk.demo.works import PORTAL, SOURCE
from kiosk.domain import Audience, Contributor, Holding, Identifier, Kind, Link, Record, SourceRef
from kiosk.store.prepared import stable_id

T = TypeVar("T")

_REVIEWED = 0.05
_MORE = 0.6  # share of the summaries with a second sentence
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
_PRINTED = frozenset({Kind.BOOK, Kind.EBOOK, Kind.AUDIOBOOK, Kind.COMIC, Kind.STORY, Kind.SCORE, Kind.MAP})


class _Named(NamedTuple):
    """What the title decided."""

    titled: TitleTemplate
    choice: dict[str, int]
    title: str
    subtitle: str = ""
    series: str = ""
    volume: str = ""
    year: int | None = None
    author: Contributor | None = None
    loans: int = -1  # as often as it falls


class _About(NamedTuple):
    """A summary that goes with a title: lists it still has to choose from, subjects that the two of them justify."""

    summary: Template
    free: tuple[tuple[str, int], ...]
    plain: tuple[str, ...]
    subjects: tuple[Template, ...]


class Inventor:
    """Makes the records of one family. `random` gives numbers from 0 to 1."""

    def __init__(self, family: Family, place: int, shelves: Shelves, reviews: Reviews, random: Callable[[], float], today: date) -> None:
        self.family = family
        self._random = random
        self._shelves, self._reviews = shelves, reviews
        self._made = 0
        self._rounds = tuple(reversed(family.rounds))
        self._combinations = family.combinations
        self._abouts = {id(t): tuple(_about(family, t, s) for s in family.summaries_of(t)) for t in family.titles}
        self._writers = Writers(family.people, place, family.role) if family.people else None
        self._kinds = tuple(kind for kind, weight in family.kinds for _ in range(round(weight)))
        self._years = _years(*family.years, today.year)
        self._issues = Issues(family.periodical, today) if family.periodical else None
        young = family.audience in (Audience.EARLY, Audience.CHILDREN)
        self._groups = {k: group(k, young=young, documentary=bool(family.classification) and not young) for k in Kind}
        self._extents = extents(family.audience)
        words = files.table("lexicon")
        self._publishers = {k: tuple(words["publishers"] if k in _PRINTED else words["labels"] if k is Kind.MUSIC else [""]) for k in Kind}
        self._languages = (family.language,) if family.language else ()
        self._platforms = {kind: family.platforms or _PLATFORMS.get(kind, ()) for kind, _weight in family.kinds}

    def make(self, number: int) -> Record:
        """Return the next record; `number` is its place in the whole catalogue."""
        family = self.family
        kind = self._pick(self._kinds)
        named = self._issue() if self._issues else self._volume() if family.volumes else self._single()
        source = f"{family.id}-{number}"
        platforms, holdings = self._where(kind, named, number)
        summary, subjects = self._about(named)
        return Record(
            id=stable_id(SOURCE, source),
            title=named.title,
            subtitle=named.subtitle,
            kind=kind,
            contributors=(named.author,) if named.author else (),
            publisher=self._pick(self._publishers[kind]),
            year=named.year if kind is not Kind.KIT else None,
            languages=self._languages,
            summary=summary,
            audience=family.audience,
            age_min=self._pick(family.ages) if family.ages else None,
            subjects=subjects,
            genres=family.genres,
            classification=family.classification,
            series=named.series,
            volume=named.volume,
            extent=self._pick(self._extents[kind]),
            identifiers=tuple([Identifier(f"platform:{platform}", source) for platform in platforms]),
            links=tuple([Link(f"{PORTAL}/{platform}/{source}", platform=platform) for platform in platforms]),
            holdings=holdings,
            reviews=self._reviews.of(self._groups[kind], _REVIEWED),
            sources=(SourceRef(SOURCE, source),),
            popularity=self._loans(named),
        )

    def _pick(self, values: tuple[T, ...]) -> T:
        return values[int(self._random() * len(values))]

    def _titled(self, number: int) -> tuple[TitleTemplate, dict[str, int]]:
        """Return the n-th title of the family, as a template and the places in its lists."""
        number %= self._combinations
        for start, used, left in self._rounds:
            if start <= number:
                turn, place = divmod(number - start, len(left))
                return left[place], left[place].choice(used + turn)
        raise AssertionError("the first round starts at 0")

    def _single(self) -> _Named:
        titled, choice = self._titled(self._made)
        self._made += 1
        return _Named(
            titled,
            choice,
            capital(titled.template.fill(choice)),
            capital(titled.subtitle.fill(choice)) if titled.subtitle else "",
            year=None if self.family.undated else self._pick(self._years),
            author=self._writers.draw(self._random()) if self._writers else None,
        )

    def _volume(self) -> _Named:
        """Return a volume of a series: one author for all, a year between volumes."""
        family = self.family
        which, volume = divmod(self._made, family.volumes)
        self._made += 1
        titled, choice = self._titled(which)
        series = capital(titled.template.fill(choice))
        part = family.parts[(which * 7 + volume * 3) % len(family.parts)] if family.parts else ""
        first = self._years[(which * 131) % len(self._years)]
        return _Named(
            titled,
            choice,
            f"{series}, tome {volume + 1}" + (f"\u00a0: {part}" if part else ""),
            series=series,
            volume=str(volume + 1),
            year=min(first + volume, self._years[-1]),
            author=self._writers.draw((which * 0.618034) % 1.0) if self._writers else None,
        )

    def _issue(self) -> _Named:
        assert self._issues is not None
        titled, choice = self._titled(self._made)
        issue = self._issues.issue(self._made)
        self._made += 1
        title = f"{issue.title}, n°\u00a0{issue.number}"
        return _Named(titled, choice, title, issue.dated, issue.title, str(issue.number), issue.year, loans=issue.loans)

    def _about(self, named: _Named) -> tuple[str, tuple[str, ...]]:
        """Return a summary and the subjects that it and the title justify."""
        about, choice = self._pick(self._abouts[id(named.titled)]), named.choice
        for name, size in about.free:
            choice[name] = int(self._random() * size)
        summary = capital(about.summary.fill(choice))
        if self.family.more and self._random() < _MORE:
            summary = f"{summary} {self._pick(self.family.more)}"
        if not about.subjects:
            return summary, about.plain
        return summary, tuple(dict.fromkeys([*about.plain, *[template.fill(choice) for template in about.subjects]]))

    def _loans(self, named: _Named) -> int:
        """Draw how often it went out: hardly ever for most, and never as often as what everybody knows."""
        drawn = min(_MOST_LOANS, int(1.4 * (1.0 - self._random()) ** -0.5) - 1)
        return drawn if named.loans < 0 else named.loans

    def _where(self, kind: Kind, named: _Named, number: int) -> tuple[tuple[str, ...], tuple[Holding, ...]]:
        """Return the platforms that give access, or the copies on shelves."""
        platforms = self._platforms[kind]
        if platforms and self._random() < _ONLINE.get(kind, 0.0):
            return (platforms[number % len(platforms)],), ()
        filed = letters(named.author.sort_name if named.author else bare(named.title[:1].lower() + named.title[1:]))
        call = f"{_CALLS.get(kind, '')}{self.family.call} {filed}".replace("  ", " ").strip()
        return (), self._shelves.holdings(call, self.family.place)


def _about(family: Family, titled: TitleTemplate, summary: Template) -> _About:
    named = titled.names | summary.names
    return _About(
        summary,
        tuple((name, family.lists[name]) for name in sorted(summary.names - titled.names)),
        tuple(t.format for t in family.subjects if not t.names),
        tuple(t for t in family.subjects if t.names and t.names <= named),
    )


def _years(first: int, last: int, this_year: int) -> tuple[int, ...]:
    """Return a table of years in which recent ones are many."""
    last = min(last, this_year)
    first = min(first, last)
    return tuple(year for year in range(first, last + 1) for _ in range(1 + (year - first) ** 2 * 12 // max(1, (last - first) ** 2)))
