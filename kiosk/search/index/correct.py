""" "Vouliez-vous dire": a query that finds something, or clearly more, near one that finds nothing, or hardly anything.

Guarantees: what is proposed finds more than what was typed; in each of two phases at most `ASKED` queries are asked;
words the catalogue knows are replaced when they keep the others from finding anything, or are hardly ever there. Words are
proposed as the catalogue writes them, accents included.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from kiosk.search import analysis
from kiosk.search.ask import Term, plan
from kiosk.search.index.build import title_hash
from kiosk.search.index.distance import distances
from kiosk.search.index.language import Language
from kiosk.search.index.snapshot import Snapshot
from kiosk.search.index.spell import LONGEST, NEIGHBOURS
from kiosk.search.synonyms import SYNONYMS, Table

TRIES, ASKED = 24, 6  # in one phase: queries compared with titles, and those really asked
FEW = 3  # results: with more, nobody is asked whether they meant something else
MORE = 3  # times as many results make a proposal worth reading
RARE, LONG, COMMON = 2, 5, 20  # a known word in so few records, of so many letters, beside one so many times as frequent, may be wrong
TITLE_ONLY = -1  # a change that counts only when it makes a title
OPTIONS, NEAR, FAR = 10, 0.9, 1.6  # for one word: how many, what is plausible, and what one may cost
WORDS, REPLACED = 8, 3  # a longer query is no slip of the finger; nor are more unknown words
TITLE, WELL = 1.2, 0.8  # what it is worth to be a title, and that the words stand in titles and names rather than in summaries
ELISION, SPLIT, JOIN, FUNCTION, KNOWN, SELDOM = 0.35, 0.5, 0.3, 0.8, 0.6, 0.4  # what these mistakes cost, a wrong letter being 1
_ELIDED = re.compile("(qu|[cdjlmnst])([aeiouyh].{2,})")
_FUNCTION_WORDS = sorted((w for w in analysis.STOP if len(w) > 1 and w.isascii()), key=len, reverse=True)
_FUNCTION_LETTERS = np.frombuffer(b"".join(w.encode().ljust(LONGEST, b"\0") for w in _FUNCTION_WORDS), dtype=np.uint8).reshape(-1, LONGEST)
_FUNCTION_LENGTHS = np.array([len(w) for w in _FUNCTION_WORDS], dtype=np.uint8)
_POSSESSIVES = ("mon", "ma", "mes", "son", "sa", "ses", "ce", "ces", "sur", "sous", "dans", "pour", "par", "que", "qui")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word typed: where it stands, folded, how many records have it, whether it may go on."""

    start: int
    end: int
    text: str
    frequency: int
    begins: int  # records with a word that starts so, when it is the unfinished last one

    @property
    def known(self) -> bool:
        return self.frequency > 0 or self.text in analysis.STOP or len(self.text) < 2 or not self.text.isalpha()


@dataclass(frozen=True, slots=True)
class _Change:
    """Put `text` between two places of what was typed."""

    start: int
    end: int
    text: str
    cost: float


_Try = tuple[Sequence[_Change], int]  # changes to make together, and how many records they have to find


def correction(snapshot: Snapshot, language: Language, words: str, found: int, synonyms: Table = SYNONYMS) -> str:
    """Return the query to propose instead of `words`, which find `found` records, or ""."""
    return _Corrector(snapshot, language, words[: analysis.MAX_QUERY_CHARS], synonyms).best(found)


class _Corrector:
    def __init__(self, snapshot: Snapshot, language: Language, typed: str, synonyms: Table) -> None:
        self._snapshot, self._speller, self._written = snapshot, language.speller, language.written
        self._typed, self._synonyms = typed, synonyms
        self._titles = [part.titles_by_hash for part in snapshot.parts]
        spans = list(islice(analysis.spans(typed), WORDS + 1))
        self._words = [
            _Word(a, b, w, self._frequency(w), self._frequency(w, prefix=True) if b == len(typed) and len(w) > 1 else 0)
            for a, b, w in spans
        ]

    def best(self, found: int) -> str:
        words = self._words
        if not 0 < len(words) <= WORDS or found > FEW:
            return ""
        unknown = [w for w in words if not w.known and not w.begins]
        if len(unknown) > REPLACED:
            return ""
        for phase in self._few(found) if found else self._nothing(unknown):
            if proposed := self._first(phase, found):
                return proposed
        return ""

    # -- which changes are tried, phase by phase; within one, the most plausible first --------------------------------

    def _nothing(self, unknown: Sequence[_Word]) -> Iterator[list[_Try]]:
        """Changes when nothing is found: of unknown words; then of the word that keeps the others from finding."""
        joins: list[Sequence[_Change]] = [[j] for j in self._joins()]
        options = [self._options(w) for w in unknown]
        yield _cheapest([*(product(*options) if unknown else ()), *joins])
        content = [w for w in self._words if w.text not in analysis.STOP]
        culprits = [w for w in content if w not in unknown and self._others_find(w, unknown)]
        others = [_Change(w.start, w.end, text, c + KNOWN) for w in culprits for text, c in self._speller.candidates(w.text, OPTIONS)]
        firsts = [o[0] for o in options if o]
        yield _cheapest([[*firsts, other] for other in others])

    def _others_find(self, word: _Word, unknown: Sequence[_Word]) -> bool:
        """Say whether the other words of the query find something; unknown ones are put right apart."""
        rest = self._typed
        for other in sorted((word, *unknown), key=lambda w: -w.start):
            rest = rest[: other.start] + " " + rest[other.end :]
        asked = plan(rest.strip() + " ", self._synonyms)
        return asked.empty or Language.count(self._snapshot, asked) > 0

    def _few(self, found: int) -> Iterator[list[_Try]]:
        """Changes when hardly anything is found, each with how much it has to find.

        A title is what it is; an unfinished word is left to go on, unless one that sounds the same makes a title; a word that hardly any
        record has may be a mistake of the catalogue's own, one letter beside a common word.
        """
        if self._is_title(self._typed):
            return
        changes: list[_Try] = []
        for word in self._words:
            if word.text in analysis.STOP:
                continue
            if word.begins:
                alike = [(t, c) for t, c in self._speller.alike(word.text) if not t.startswith(word.text)]
                changes += [([_Change(word.start, word.end, text, c)], TITLE_ONLY) for text, c in alike]
            elif word.frequency <= RARE and len(word.text) >= LONG:
                for text, c in self._speller.candidates(word.text):
                    if c < 1 and abs(len(text) - len(word.text)) <= 1 and self._frequency(text) >= COMMON * max(1, word.frequency):
                        changes.append(([_Change(word.start, word.end, text, c)], MORE * found))
        yield changes[:TRIES]

    def _options(self, word: _Word) -> list[_Change]:
        """What an unknown word may have been."""
        found = self._speller.candidates(word.text, OPTIONS)
        stem = analysis.stem(word.text)
        if stem != word.text and (not found or found[0][1] > NEAR):  # a mistake in a plural that nobody writes
            found += [(text, cost + 0.1) for text, cost in self._speller.candidates(stem, OPTIONS)]
        found = [(text, cost) for text, cost in found if cost < FAR]
        if match := _ELIDED.fullmatch(word.text):
            head, rest = match[1] + "’", match[2]
            rare = 0.0 if match[1] in ("l", "d", "qu", "j") else SELDOM
            if self._frequency(rest):
                found.append((head + rest, ELISION + rare))
            elif len(rest) > 3:
                found += [(head + text, ELISION + rare + c) for text, c in self._speller.candidates(rest, 2)]
        found += self._splits(word.text)
        if len(word.text) <= 5 and word.text.isascii():
            near = distances(word.text, _FUNCTION_LETTERS, _FUNCTION_LENGTHS)
            found += [(_FUNCTION_WORDS[i], FUNCTION) for i in np.flatnonzero(near == 1).tolist()]
        if word.end == len(self._typed):
            found += self._completions(word.text)
        return sorted((_Change(word.start, word.end, text, cost) for text, cost in found), key=lambda c: c.cost)[:OPTIONS]

    def _splits(self, text: str) -> list[tuple[str, float]]:
        """Return two words that were written as one."""
        heads = [w for w in (*_FUNCTION_WORDS, *_POSSESSIVES) if text.startswith(w) and len(text) > len(w) + 2]
        found = [(f"{w} {text[len(w) :]}", SPLIT) for w in heads if self._frequency(text[len(w) :])]
        places = [(min(self._frequency(text[:i]), self._frequency(text[i:])), i) for i in range(3, len(text) - 2)]
        best, i = max(places, default=(0, 0))
        return [*found, (f"{text[:i]} {text[i:]}", SPLIT + 0.4)] if best > RARE else found

    def _joins(self) -> list[_Change]:
        """Return one word where two were written, for each place where that is a word."""
        pairs = zip(self._words, self._words[1:], strict=False)
        return [_Change(a.start, b.end, a.text + b.text, JOIN) for a, b in pairs if self._frequency(a.text + b.text)]

    def _completions(self, text: str) -> list[tuple[str, float]]:
        """Return whole words whose beginning was mistyped: two letters swapped, one too many, or a key beside the right one."""
        if not 4 < len(text) <= LONGEST or not text.isascii():
            return []
        beginnings = {text[:i] + text[i + 1] + text[i] + text[i + 2 :]: 0.75 for i in range(len(text) - 1)}
        beginnings |= {text[:i] + text[i + 1 :]: 1.0 for i in range(1, len(text))}
        beginnings |= {text[:i] + n + text[i + 1 :]: 1.1 for i in range(1, len(text)) for n in NEIGHBOURS.get(text[i], "")}
        found = [(self._written.most_usual(b), c + 0.3) for b, c in beginnings.items() if b != text and len(b) > 3]
        return [(word, c) for word, c in found if word]

    # -- trying -------------------------------------------------------------------------------------------------------

    def _first(self, tried: Iterable[_Try], found: int) -> str:
        """Return the best of the queries tried: one that is a title, else the most plausible that finds enough, and finds it well."""
        queries = [(t, changes, sum(c.cost for c in changes), least) for changes, least in tried if (t := self._changed(changes))]
        best, lowest, asked = "", math.inf, 0
        for text, changes, cost, least in sorted(queries, key=lambda q: q[2]):
            if cost - TITLE >= lowest:
                break
            if self._is_title(text):
                value = cost - TITLE
            elif least != TITLE_ONLY and cost - WELL < lowest and asked < ASKED:
                asked += 1
                whole = any(c.text and c.end == len(self._typed) for c in changes)  # what is proposed is a word, not the beginning of one
                count, score = self._found(text + " " if whole else text)
                value = cost - WELL * min(score, 1.0) if count >= max(least, found) else math.inf
            else:
                continue
            if value < lowest:
                best, lowest = text, value
        return self._dressed(best)

    def _changed(self, changes: Sequence[_Change]) -> str:
        """Return what was typed with these changes, "" when it says the same."""
        text = self._typed
        for change in sorted(changes, key=lambda c: -c.start):
            text = text[: change.start] + change.text + text[change.end :]
        text = " ".join(text.split())
        return text if analysis.fold(text) != analysis.fold(self._typed.strip()) else ""

    def _dressed(self, text: str) -> str:
        """Return a query in which the words that were not typed are as the catalogue writes them."""
        typed = {w.text for w in self._words}
        for start, end, word in reversed(list(analysis.spans(text))):
            if word not in typed and len(word) > 2 and text[start:end].isascii():
                text = text[:start] + self._written.dress(word) + text[end:]
        return text

    def _is_title(self, text: str) -> bool:
        hashed = title_hash(analysis.title_key(text))
        return any(np.searchsorted(h, hashed, "left") < np.searchsorted(h, hashed, "right") for h, _o in self._titles)

    def _found(self, text: str) -> tuple[int, float]:
        """Return how many records a query finds, and how well the best one answers it, 0 to 1 or little more."""
        asked = plan(text, self._synonyms)
        count, best = 0, 0.0
        for part in () if asked.empty else self._snapshot.parts:
            hits, score = part.match(asked, self._snapshot.total)
            if hits is not None and score is not None and len(hits):
                count, best = count + len(hits), max(best, float(score.max()))
        return count, best / (len(asked.required) * math.log(2 + self._snapshot.total))

    def _frequency(self, word: str, prefix: bool = False) -> int:
        """Return how many records have a word, at most."""
        stem = analysis.stem(word)
        terms = [Term(word, prefix=True)] if prefix else [Term(stem)] + ([Term(e)] if (e := analysis.elided(word)) else [])
        return sum(p.segment.frequency(*p.matcher.span(t)) for p in self._snapshot.parts for t in terms)


def _cheapest(choices: Iterable[Sequence[_Change]]) -> list[_Try]:
    ranked = sorted((c for c in choices if c), key=lambda c: sum(change.cost for change in c))
    return [(choice, 1) for choice in ranked[:TRIES]]
