"""What the results screen shows, decided on the catalogue thread: rows, facets, and the words around them.

Guarantees: no Kivy; frozen values; labels are in the patron's language; codes of facets never appear on the screen;
what is not known of a copy is not said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from kiosk import platforms
from kiosk.domain import Audience, Branch, Kind
from kiosk.search.port import Answer, FacetCount, Query, SearchEngine, Sort
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _, count_of, ngettext

FIRST_ROWS = 16  # delivered with the answer, so that one frame shows them all
SHOWN_VALUES = 4  # of a facet before "Plus de choix"
MOST_VALUES = 20
COMPLETIONS = 4
GROUPS = ("type", "audience", "library", "platform", "language", "decade", "author", "subject")
OPEN_GROUPS = frozenset({"type", "audience", "library"})


class Reads(Protocol):
    """What the results ask of the catalogue."""

    engine: SearchEngine

    def hits(self, docids: Sequence[int]) -> list[Hit]: ...  # noqa: D102
    def branches(self) -> tuple[Branch, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the screen; `here` keeps what is on the shelf of the kiosk's own library."""

    words: str = ""
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    here: bool = False

    def query(self, branch: str) -> Query:
        """The question to the engine."""
        return Query(self.words, {k: v for k, v in self.facets.items() if v}, self.sort, branch if self.here else "")

    def toggled(self, facet: str, value: str) -> Asked:
        """Return the question with a value ticked, or no longer."""
        values = self.facets.get(facet, frozenset()) ^ {value}
        facets = {k: v for k, v in {**self.facets, facet: values}.items() if v}
        return replace(self, facets=facets)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `tone` is ok, action or warn."""

    docid: int
    record_id: str
    title: str
    byline: str  # authors
    tail: str  # year and kind, always seen whole
    state: str
    state_icon: str
    tone: str
    icon: str
    cover_url: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One box to tick."""

    value: str
    label: str
    count: int
    ticked: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values, the ticked ones first among equals."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, ready to be drawn."""

    asked: Asked
    total: int = 0
    ids: Sequence[int] = ()
    rows: tuple[Row, ...] = ()
    groups: tuple[FacetGroup, ...] = ()
    chips: tuple[tuple[str, str, str], ...] = ()  # facet, value, label
    here_count: int | None = None
    correction: str = ""
    completions: tuple[str, ...] = ()  # whole names for what is being typed
    ms: float = 0.0


class ResultsReader:
    """Answers questions on the catalogue thread; remembers the network's names."""

    def __init__(self, branch: str) -> None:
        self._branch = branch
        self._names: dict[str, str] | None = None

    def _network(self, catalogue: Reads) -> dict[str, str]:
        if self._names is None:
            self._names = {b.code: b.town or b.name for b in catalogue.branches()}
        return self._names

    def find(self, catalogue: Reads, asked: Asked, today: date) -> Found:
        """Search, count, and prepare the first rows."""
        names = self._network(catalogue)
        answer = catalogue.engine.search(asked.query(self._branch), MOST_VALUES)
        here = self._here(catalogue, asked, answer, names)
        return Found(
            asked=asked,
            total=answer.total,
            ids=answer.ids,
            rows=self._rows(catalogue, answer.ids[:FIRST_ROWS], today),
            groups=groups(answer.facets, asked, names, self._branch),
            chips=chips(asked, names, self._branch),
            here_count=here,
            correction=answer.correction,
            completions=() if answer.correction else self._completions(catalogue, asked),
            ms=answer.ms,
        )

    def _here(self, catalogue: Reads, asked: Asked, answer: Answer, names: Mapping[str, str]) -> int | None:
        """How many are on the shelf here; not known in a kiosk without a library."""
        if self._branch not in names:
            return None
        if asked.here or not answer.total:
            return answer.total
        return catalogue.engine.search(asked.query(self._branch) if asked.here else replace(asked, here=True).query(self._branch), 0).total

    def _completions(self, catalogue: Reads, asked: Asked) -> tuple[str, ...]:
        """Names and titles that go on from an unfinished word, shortest first, so that one fits on most screens."""
        if len(asked.words) < 3 or not asked.words[-1].isalnum():
            return ()
        texts = dict.fromkeys(s.text for s in catalogue.engine.suggest(asked.words, COMPLETIONS))
        return tuple(sorted((t for t in texts if folded(t) != folded(asked.words.strip())), key=len))

    def rows(self, catalogue: Reads, ids: Sequence[int], today: date) -> dict[int, Row]:
        """Prepare rows by docid; records that are gone are missing."""
        self._network(catalogue)
        return {row.docid: row for row in self._rows(catalogue, ids, today)}

    def _rows(self, catalogue: Reads, ids: Sequence[int], today: date) -> tuple[Row, ...]:
        names = self._names or {}
        return tuple(row(hit, self._branch, names, today) for hit in catalogue.hits([int(i) for i in ids]))


def row(hit: Hit, branch: str, names: Mapping[str, str], today: date) -> Row:
    """Decide the words of one line."""
    tail = " · ".join(part for part in (str(hit.year or ""), labels.kind(hit.kind)) if part)
    state, icon, tone = _state(hit, branch, names, today)
    return Row(hit.docid, hit.id, hit.title, hit.authors, tail, state, icon, tone, labels.kind_icon(hit.kind), hit.cover_url)


def _state(hit: Hit, branch: str, names: Mapping[str, str], today: date) -> tuple[str, str, str]:
    """The best news first: here, online, elsewhere, when it comes back."""
    if branch and branch in hit.branches:
        return _("En rayon ici"), "map_marker", "ok"
    if hit.online:
        words, _icon = labels.access(hit.kind, hit.platforms[0] if hit.platforms else "")
        return words, "earth", "action"
    if hit.branches:
        first = names.get(hit.branches[0], hit.branches[0])
        more = len(hit.branches) - 1
        if not more:
            return _("En rayon à {town}").format(town=first), "map_marker", "ok"
        words = ngettext("En rayon à {town} et dans {n} autre", "En rayon à {town} et dans {n} autres", more)
        return words.format(town=first, n=count_of(more)), "map_marker", "ok"
    if hit.due:
        return labels.on_loan(hit.due, today), "clock_outline", "warn"
    if hit.branches_any:
        return _("Emprunté ou indisponible"), "clock_outline", "warn"
    return _("À demander à l’accueil"), "information", "warn"


def groups(facets: Mapping[str, tuple[FacetCount, ...]], asked: Asked, names: Mapping[str, str], branch: str) -> tuple[FacetGroup, ...]:
    """Put facets into the order of the screen; a value ticked stays, even when nothing has it any more."""
    found = []
    for name in GROUPS:
        ticked = asked.facets.get(name, frozenset())
        counted = {c.value: c.count for c in facets.get(name, ())}
        values = [*counted, *sorted(v for v in ticked if v not in counted)]
        if name == "library" and branch in counted:
            values.remove(branch)
            values.insert(0, branch)
        if len(values) < 2 and not ticked:
            continue
        boxes = tuple(FacetValue(v, value_label(name, v, names, branch), counted.get(v, 0), v in ticked) for v in values)
        found.append(FacetGroup(name, group_label(name), tuple(sorted(boxes, key=lambda b: not b.ticked))))
    return tuple(found)


def chips(asked: Asked, names: Mapping[str, str], branch: str) -> tuple[tuple[str, str, str], ...]:
    """What restricts the list now, in the order of the facets."""
    active = [("here", "", _("En rayon ici"))] if asked.here else []
    for name in GROUPS:
        active += [(name, value, value_label(name, value, names, branch)) for value in sorted(asked.facets.get(name, ()))]
    return tuple(active)


def group_label(name: str) -> str:
    """What a facet is called."""
    return {
        "type": _("Type"),
        "audience": _("Public"),
        "library": _("Où"),
        "platform": _("En ligne avec"),
        "language": _("Langue"),
        "decade": _("Époque"),
        "author": _("Auteur"),
        "subject": _("Sujet"),
    }.get(name, name)


def value_label(name: str, value: str, names: Mapping[str, str], branch: str) -> str:
    """What a value of a facet is called."""
    if name == "type":
        return labels.kind(Kind(value)) if value in Kind._value2member_map_ else value
    if name == "audience":
        return _(labels.AUDIENCES[Audience(value)]).capitalize() if value in Audience._value2member_map_ else value
    if name == "language":
        return labels.language(value).capitalize()
    if name == "decade":
        return _("Années {decade}").format(decade=value)
    if name == "library":
        town = names.get(value, value)
        return _("Ici, à {town}").format(town=town) if value == branch else town
    if name == "platform":
        return platforms.name(value)
    return value


def total_words(total: int) -> str:
    """Write "128 résultats"."""
    return ngettext("{n} résultat", "{n} résultats", total).format(n=count_of(total))


def folded(text: str) -> str:
    """Lower case without accents, the same length where letters have one base letter."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
