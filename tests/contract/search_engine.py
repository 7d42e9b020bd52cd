"""What every search engine must do. A test module subclasses `SearchEngineContract` and says how to make its engine."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import Audience, Contributor, Holding, Identifier, Item, ItemStatus, Kind, Link, Record, Role
from kiosk.search.port import FACETS, Query, SearchEngine, Sort, SuggestionKind
from tests.contract.brute_force import found


class Bench(Protocol):
    """An engine in its own database; `put` is one transaction of the caller."""

    engine: SearchEngine

    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None: ...

    def close(self) -> None: ...


def book(title: str, *authors: str, **more: object) -> Record:
    people = tuple(Contributor(a, role=Role.AUTHOR) for a in authors)
    return Record(id=title, title=title, kind=more.pop("kind", Kind.BOOK), contributors=people, **more)  # type: ignore[arg-type]


def on_shelf(*branches: str, out: str = "") -> tuple[Holding, ...]:
    held = [Holding(b, (Item("1", status=ItemStatus.AVAILABLE),)) for b in branches]
    return (*held, *([Holding(out, (Item("2", status=ItemStatus.ON_LOAN),))] if out else []))


SHELF = {
    1: book("Le Hussard sur le toit", "Jean Giono", year=1951, languages=("fre",), subjects=("Provence", "Choléra"), popularity=40),
    2: book("Contes de Provence pour enfants", "Paul Arène", year=1884, subjects=("Contes", "Provence"), audience=Audience.CHILDREN),
    3: book("L’Être et le Néant", "Jean-Paul Sartre", year=1943, subjects=("Philosophie",)),
    4: book("Thé vert et thés noirs", "Anne Camélia", year=2010, summary="Préparer le thé."),
    5: book("The Sound of the Sea", "Ann Wave", year=1999, languages=("eng",)),
    6: book("Œdipe roi", "Sophocle", year=1990, identifiers=(Identifier("isbn", "9782070360246"),), holdings=on_shelf("DIG", out="MAN")),
    7: book("L’Opoponax", "Monique Wittig", year=1964, holdings=on_shelf("MAN")),
    8: book("Les chevaux du Soleil", "Jules Roy", year=1967, holdings=on_shelf("MAN", "DIG")),
    9: book("Astérix en Corse", "René Goscinny", "Albert Uderzo", kind=Kind.COMIC, subjects=("Bande dessinée",), year=1973),
    10: book("Qui ?", "Jacques Lanzmann", year=1971),
    11: book("Arc-en-ciel", kind=Kind.FILM, links=(Link("https://portail.example/11", platform="lesyeuxdoc"),)),
    12: book("Provence", "Marcel Pagnol", year=1951, popularity=3, subjects=("Provence",)),
    13: book("Le Seigneur des anneaux", "J. R. R. Tolkien", volume="Tome 2", year=1972),
    14: book("Le siècle de Louis XIV", "Voltaire"),
    15: book("Le Tour du monde en quatre-vingts jours", "Jules Verne", year=1872),
    16: book("L’école des danseuses étoiles", "Léa Pas"),
    17: book("Là-bas", "Joris-Karl Huysmans"),
    18: book("Elle et Lui", "George Sand"),
}


class SearchEngineContract:
    """Subclasses define `make`."""

    def make(self) -> Bench:
        raise NotImplementedError

    @pytest.fixture
    def bench(self) -> Iterable[Bench]:
        made = self.make()
        made.put(SHELF)
        yield made
        made.close()

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("hussard toit", {1}),
            ("HUSSARD", {1}),
            ("hussa", {1}),
            ("l'être et le néant", {3}),
            ("etre neant", {3}),
            ("être", {3}),
            ("thé", {4}),
            ("the", {4, 5}),
            ("opoponax", {7}),
            ("L'Opoponax", {7}),
            ("l’opopo", {7}),
            ("oedipe", {6}),
            ("œdipe", {6}),
            ("cheval soleil", {8}),
            ("cheveau", set()),
            ("chevau", {8}),
            ("bd", {9}),
            ("bandes dessinées", {9}),
            ("qui", {10}),
            ("arc en ciel", {11}),
            ("arcenciel", {11}),
            ("arc-en-ciel", {11}),
            ("2-07-036024-5", {6}),
            ("978-2-07-036024-6", {6}),
            ("9782070360246", {6}),
            ("seigneur vol 2", {13}),
            ("contes de la provence", {2}),
            ("jean paul sartre", {3}),
            ("jean-paul sartre", {3}),
            ("xylophone", set()),
            ("lopoponax", {7}),
            ("louis 14", {14}),
            ("louis XIV", {14}),
            ("louis quatorze", set()),
            ("xivème louis", set()),
            ("80 jours", {15}),
            ("tour du monde 80", {15}),
            ("quatre-vingts jours", {15}),
            ("seigneur tome II", {13}),
            ("seigneur t2", {13}),
            ("seigneur 3", set()),
            ("danseur étoile", {16}),
            ("danseuse etoile", {16}),
            ("lecole danseu", {16}),
            ("là-bas", {17}),
            ("la bas", {17}),
            ("lui", {18}),
            ("elle et lui", {18}),
            ("", set(SHELF)),
        ],
    )
    def test_french(self, bench: Bench, words: str, expected: set[int]) -> None:
        """Accents, elisions, ligatures, plurals, hyphens, numbers and synonyms find what a person means."""
        answer = bench.engine.search(Query(words))
        assert set(answer.ids) == expected
        assert answer.total == len(expected)

    def test_the_exact_title_comes_first(self, bench: Bench) -> None:
        """A record whose title is what was typed precedes more popular ones that only contain it."""
        assert bench.engine.search(Query("provence")).ids[0] == 12

    def test_sorts(self, bench: Bench) -> None:
        """Title, year and arrival order the same hits."""
        ids = lambda sort: list(bench.engine.search(Query("provence", sort=sort)).ids)  # noqa: E731
        assert ids(Sort.TITLE) == [2, 1, 12]
        assert ids(Sort.YEAR)[-1] == 2
        assert sorted(ids(Sort.NEWEST)) == [1, 2, 12]
        bench.put({20: book("Provence nouvelle")})
        assert sorted(ids(Sort.NEWEST)) == [1, 2, 12, 20]

    def test_here_keeps_what_is_on_the_shelf(self, bench: Bench) -> None:
        """ "Available in my library" means a copy there, today, not one that is out."""
        assert set(bench.engine.search(Query(here="MAN")).ids) == {7, 8}
        assert set(bench.engine.search(Query("", {"library": frozenset({"MAN"})})).ids) == {6, 7, 8}

    def test_a_facet_does_not_narrow_itself(self, bench: Bench) -> None:
        """Ticking one value keeps the other values of its facet countable, and narrows the other facets."""
        answer = bench.engine.search(Query("", {"type": frozenset({"comic"})}))
        assert set(answer.ids) == {9}
        assert {c.value: c.count for c in answer.facets["type"]} == {"book": 16, "comic": 1, "film": 1}
        assert {c.value for c in answer.facets["author"]} == {"René Goscinny", "Albert Uderzo"}
        both = bench.engine.search(Query("", {"type": frozenset({"comic", "film"})}))
        assert set(both.ids) == {9, 11}

    def test_unknown_values_find_nothing(self, bench: Bench) -> None:
        """A value nobody has gives no hit and no error."""
        assert bench.engine.search(Query("", {"type": frozenset({"zeppelin"})})).total == 0

    def test_facet_order_and_limit(self, bench: Bench) -> None:
        """Values come by count, then by value, at most as many as asked."""
        answer = bench.engine.search(Query(), facet_limit=3)
        assert [c.value for c in answer.facets["author"]] == ["Albert Uderzo", "Ann Wave", "Anne Camélia"]
        assert answer.facets["subject"][0].value == "Provence"

    def test_no_facets_wanted(self, bench: Bench) -> None:
        """Without facets the hits are the same, also after a change."""
        bench.put({20: book("Provence nouvelle")})
        answer = bench.engine.search(Query("provence", here="", facets={"type": frozenset({"book"})}), facet_limit=0)
        assert set(answer.ids) == {1, 2, 12, 20}
        assert not any(answer.facets.values())

    def test_changes_are_found_at_once(self, bench: Bench) -> None:
        """A changed record answers to its new words only, a removed one to none."""
        bench.put({7: book("Les Guérillères", "Monique Wittig")}, removed=[8])
        assert bench.engine.search(Query("opoponax")).total == 0
        assert list(bench.engine.search(Query("guérillères")).ids) == [7]
        assert bench.engine.search(Query("chevaux")).total == 0
        assert bench.engine.search(Query()).total == len(SHELF) - 1

    def test_suggestions(self, bench: Bench) -> None:
        """Titles, authors and subjects complete what is being typed."""
        kinds = {(s.text, s.kind) for s in bench.engine.suggest("prov")}
        assert ("Provence", SuggestionKind.SUBJECT) in kinds
        assert ("Provence", SuggestionKind.TITLE) in kinds
        assert ("Jean Giono", SuggestionKind.AUTHOR) in {(s.text, s.kind) for s in bench.engine.suggest("gion")}
        assert bench.engine.suggest("") == ()
        assert len(bench.engine.suggest("a", limit=2)) <= 2

    def test_similar(self, bench: Bench) -> None:
        """Records that share subjects or authors are similar; the record itself is not."""
        similar = bench.engine.similar(12)
        assert set(similar) == {1, 2}
        assert bench.engine.similar(999) == ()

    @pytest.mark.parametrize(
        "words",
        [
            "\x00",
            "\ud800",
            '"',
            "AND OR NOT",
            "a" * 1_000_000,
            "mot " * 10_000,
            "=*(){}^:",
            "title:x",
            "-" * 999,
            "’'’'",
            "é" * 99_999,
            "٣ 中文 हिन्दी",
        ],
        ids=range(12),
    )
    def test_hostile_words(self, bench: Bench, words: str) -> None:
        """Nothing that can be typed, pasted or injected raises."""
        answer = bench.engine.search(Query(words, {"nosuch": frozenset({"x"}), "type": frozenset({words})}, here=words))
        assert answer.total == len(answer.ids)
        assert set(answer.facets) == set(FACETS)
        bench.engine.suggest(words)

    def test_hostile_words_of_every_kind(self) -> None:
        """Every class of Unicode character, lone surrogates included, alone, together and unfinished, is an ordinary question."""
        bench = self.make()
        try:
            bench.put({1: book("Provence"), 2: book("é\u0301\u200d\ufeffmoji 🦋 ½ Ⅻ ßœ", "\x00 \u202e")})

            @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
            @given(words=_ANYTHING, sort=st.sampled_from(Sort))
            def ask(words: str, sort: Sort) -> None:
                answer = bench.engine.search(Query(words, sort=sort))
                assert answer.total == len(answer.ids) <= 2
                assert len(bench.engine.suggest(words)) <= 8

            ask()
        finally:
            bench.close()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_equals_brute_force(self, data: st.DataObject) -> None:
        """Hit sets and every facet count equal those of looking at each record, through changes and removals."""
        self.compare(data)

    @pytest.mark.slow
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_equals_brute_force_at_length(self, data: st.DataObject) -> None:
        """The same for hundreds of random catalogues an engine, in all their states, and thousands of queries."""
        self.compare(data)

    def compare(self, data: st.DataObject) -> None:
        bench = self.make()
        try:
            records: dict[int, Record] = {}
            for _ in range(data.draw(st.integers(1, 3))):
                changed = data.draw(st.dictionaries(st.integers(1, 30), RECORDS, max_size=12))
                removed = data.draw(st.sets(st.sampled_from(sorted(records)), max_size=4)) - changed.keys() if records else set()
                bench.put(changed, removed)
                records = {d: r for d, r in (records | changed).items() if d not in removed}
                for query in data.draw(st.lists(QUERIES, min_size=1, max_size=4)):
                    expected, counts = found(records, query)
                    answer = bench.engine.search(query, facet_limit=100)
                    assert set(answer.ids) == expected
                    assert answer.total == len(answer.ids) == len(expected)
                    for facet in FACETS:
                        given_ = [(c.value, c.count) for c in answer.facets[facet]]
                        assert given_ == sorted(counts[facet].items(), key=lambda p: (-p[1], p[0]))
        finally:
            bench.close()


_WORDS = [
    "thé",
    "the",
    "le",
    "La",
    "conte",
    "contes",
    "cheval",
    "chevaux",
    "arc-en-ciel",
    "l’âne",
    "bd",
    "bande dessinée",
    "2",
    "Œuvre",
    "ça",
    "été",
    "日本",
    "XIV",
    "14",
    "xive",
    "quatorze",
    "tome",
    "ii",
    "t2",
    "1er",
    "premier",
    "quatre-vingts",
    "vingt",
    "quatre",
    "80",
    "l’école",
    "lecole",
    "danseuse",
    "danseur",
    "lectrice",
]
_ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co", "Cn", "Mn", "Me", "Zs", "Zl", "Zp"]), max_size=30),
    st.text(st.characters(categories=["Nd", "Nl", "No", "Lm", "Lo", "Sk", "So", "Pc", "Pd", "Po"]), max_size=30),
    st.text("=*\"'’()^:-+\x00 \n\tAND", max_size=40),
    st.builds(lambda a, n: a * n, st.text(min_size=1, max_size=4), st.sampled_from([100, 5_000])),
)
_TEXT = st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join) | st.text(string.printable + "éœ’", max_size=12)
_BRANCH = st.sampled_from(["DIG", "MAN", "SIS"])
_ITEM = st.builds(Item, barcode=st.just("1"), status=st.sampled_from(ItemStatus))
_HOLDING = st.builds(Holding, branch=_BRANCH, items=st.lists(_ITEM, max_size=2).map(tuple))
RECORDS = st.builds(
    Record,
    id=st.just("x"),
    title=_TEXT,
    kind=st.sampled_from(Kind),
    subtitle=_TEXT,
    contributors=st.lists(
        st.builds(Contributor, name=st.sampled_from(["Jean Giono", "Ann L’Ys", ""]), role=st.sampled_from(Role)), max_size=2
    ).map(tuple),
    year=st.none() | st.integers(1880, 2030),
    languages=st.lists(st.sampled_from(["fre", "eng"]), max_size=2).map(tuple),
    summary=_TEXT,
    audience=st.none() | st.sampled_from(Audience),
    subjects=st.lists(_TEXT, max_size=2).map(tuple),
    links=st.lists(st.builds(Link, url=st.just("https://a.example"), platform=st.sampled_from(["", "cafeyn", "mycow"])), max_size=2).map(
        tuple
    ),
    holdings=st.lists(_HOLDING, max_size=3).map(tuple),
    popularity=st.integers(0, 1000),
)
QUERIES = st.builds(
    Query,
    words=_TEXT,
    facets=st.dictionaries(
        st.sampled_from(FACETS),
        st.frozensets(st.sampled_from(["book", "film", "fre", "1950", "DIG", "Jean Giono", "adults", "cafeyn", "conte", "bd"]), max_size=3),
        max_size=2,
    ),
    here=st.just("") | _BRANCH,
    sort=st.sampled_from(Sort),
)
