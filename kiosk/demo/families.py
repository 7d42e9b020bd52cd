"""Families of invented records: templates whose gaps are filled from lists, compiled once so that filling is cheap.

Guarantees: the n-th title of a family is the same for everybody, and differs from the ones before it as long as the
family has combinations left (`Family.titles` counts them); a template naming a list or a form that does not exist is an
error at once.

A template is French text with gaps: `{lieu}`, `{chose.de}` (a form of kiosk.demo.french), `{sujet.2}` (the third field
of a line written "a|b|c"). Lists are a family's own (`[family.slots]`) or shared (data/lexicon.toml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd, prod
from typing import Any

from kiosk.demo import files
from kiosk.demo.french import FORMS
from kiosk.domain import Audience, Kind

_GAP = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_ALIKE = (frozenset({"prenomf", "prenomm"}), frozenset({"lieu", "pays", "ville"}), frozenset({"endroit", "metier", "sujet", "element"}))
Choice = Mapping[str, int]  # list name → place in the list


@dataclass(frozen=True, slots=True)
class Template:
    """A text with gaps, ready for `%`."""

    format: str
    gaps: tuple[tuple[str, tuple[str, ...]], ...]  # (list, its values in the form wanted)
    names: frozenset[str]

    def fill(self, choice: Choice) -> str:
        """Return the text with each gap filled by the chosen value of its list."""
        gaps = self.gaps
        if len(gaps) == 1:
            name, values = gaps[0]
            return self.format % values[choice[name]]
        return self.format % tuple([values[choice[name]] for name, values in gaps])


@dataclass(frozen=True, slots=True)
class TitleTemplate:
    """A title and its subtitle, with how the n-th combination of its lists is found."""

    names: frozenset[str]
    template: Template
    subtitle: Template | None
    sizes: tuple[tuple[str, int], ...]  # lists that the title names, and how long they are
    count: int
    stride: int

    def choice(self, number: int) -> dict[str, int]:
        """Return the places of the n-th title: no two of the first `count` are the same."""
        place = (number * self.stride) % self.count
        chosen = {}
        for name, size in self.sizes:
            place, chosen[name] = divmod(place, size)
        return chosen


@dataclass(frozen=True, slots=True)
class Family:
    """What the records of one family have in common. `kinds` are weighted; `people` names a pool of authors."""

    id: str
    weight: float
    kinds: tuple[tuple[Kind, float], ...]
    audience: Audience
    ages: tuple[int, ...]
    titles: tuple[TitleTemplate, ...]
    summaries: tuple[Template, ...]
    subjects: tuple[Template, ...]
    genres: tuple[str, ...]
    lists: Mapping[str, int]  # every list named anywhere, and its length
    own: frozenset[str]  # lists of this family alone: what its records are about
    call: str
    classification: str
    place: str
    language: str
    people: str
    role: str
    platforms: tuple[str, ...]
    volumes: int
    parts: tuple[str, ...]
    years: tuple[int, int]
    more: tuple[str, ...]  # second sentences of a summary
    undated: bool
    periodical: Mapping[str, Any]

    def summaries_of(self, titled: TitleTemplate) -> tuple[Template, ...]:
        """Return the summaries that fit a title: none speaks of another theme, person or place than the title does."""
        fit = self.summaries
        for group in (self.own, *_ALIKE):
            theme = titled.names & group
            fit = tuple(s for s in fit if not theme or not s.names & group or s.names & theme) or fit
        return fit

    @property
    def rounds(self) -> tuple[tuple[int, int, tuple[TitleTemplate, ...]], ...]:
        """Return how titles follow each other: (first number, combinations used before, templates in turn).

        Templates are used in turn; one that has given all its combinations is left out of the next round.
        """
        rounds, start, used = [], 0, 0
        for count in sorted({t.count for t in self.titles}):
            left = tuple(t for t in self.titles if t.count > used)
            rounds.append((start, used, left))
            start += (count - used) * len(left)
            used = count
        return tuple(rounds)

    @property
    def combinations(self) -> int:
        """Return how many different titles there are."""
        return sum(t.count for t in self.titles)


@cache
def families() -> tuple[Family, ...]:
    """Return every family of data/families, in the order of the files."""
    shared = files.table("lexicon")["lists"]
    more = files.table("more")
    return tuple(
        _family(row, shared, more[row.get("more", name.partition("/")[2])])
        for name in files.names("families")
        for row in files.table(name)["family"]
    )


def compile_template(text: str, lists: Mapping[str, Sequence[str]]) -> Template:
    """Prepare a text with gaps; KeyError names the list or the form that is not there."""
    gaps: list[tuple[str, tuple[str, ...]]] = []
    for name, form in _GAP.findall(text):
        rows = [value.split("|") for value in lists[name]]
        if form.isdigit():
            gaps.append((name, tuple(row[int(form)] for row in rows)))
        else:
            gaps.append((name, tuple(FORMS[form](row[0]) for row in rows)))
    return Template(_GAP.sub("%s", text.replace("%", "%%")), tuple(gaps), frozenset(name for name, _values in gaps))


def _family(row: dict[str, Any], shared: Mapping[str, Sequence[str]], more: Sequence[str]) -> Family:
    lists = {**shared, **row.get("slots", {})}
    titles = tuple(_title(t, lists) for t in row["titles"])
    summaries = tuple(compile_template(t, lists) for t in row["summaries"])
    subjects = tuple(compile_template(t, lists) for t in row.get("subjects", []))
    used = [t.template for t in titles] + [t.subtitle for t in titles if t.subtitle] + [*summaries, *subjects]
    kinds = row.get("kinds") or {row["kind"]: 1}
    return Family(
        id=row["id"],
        weight=float(row["weight"]),
        kinds=tuple((Kind(k), float(w)) for k, w in kinds.items()),
        audience=Audience(row.get("audience", "adults")),
        ages=tuple(row.get("ages", ())),
        titles=titles,
        summaries=summaries,
        subjects=subjects,
        genres=tuple(row.get("genres", ())),
        lists={name: len(lists[name]) for template in used for name, _values in template.gaps},
        own=frozenset(row.get("slots", {})),
        call=row.get("call", ""),
        classification=row.get("classification", ""),
        place=row.get("place", "Adultes"),
        language=row.get("language", "fre"),
        people=row.get("people", "french"),
        role=row.get("role", "author"),
        platforms=tuple(row.get("platforms", ())),
        volumes=int(row.get("volumes", 0)),
        parts=tuple(row.get("parts", ())),
        years=tuple(row.get("years", (1985, 2026))),
        more=tuple(more),
        undated=bool(row.get("undated")),
        periodical=row.get("periodical", {}),
    )


def _title(text: str, lists: Mapping[str, Sequence[str]]) -> TitleTemplate:
    main, _, sub = text.partition(" :: ")
    template = compile_template(main, lists)
    subtitle = compile_template(sub, lists) if sub else None
    named = dict.fromkeys(name for t in (template, subtitle) if t for name, _values in t.gaps)
    sizes = tuple((name, len(lists[name])) for name in named)
    count = prod(size for _name, size in sizes)
    stride = max(1, int(count * 0.618034))
    while gcd(stride, count) != 1:
        stride += 1
    return TitleTemplate(frozenset(named), template, subtitle, sizes, count, stride)
