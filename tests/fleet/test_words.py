"""French as people read it: every code has its word, days are said as one says them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from fleet import codes, words
from fleet.identifiers import free_identifier, natural, slug
from fleet.situation import count_sentence


def test_every_code_has_a_word() -> None:
    """Nobody ever reads "not_clean"."""
    tables = {
        codes.DeviceKind: words.KIND,
        codes.Condition: words.CONDITION,
        codes.DeviceState: words.STATE,
        codes.LoanState: words.LOAN,
        codes.Verdict: words.VERDICT,
        codes.Level: words.LEVEL,
        codes.Method: words.METHOD,
        codes.ExceptionKind: words.EXCEPTION,
    }
    for enum, table in tables.items():
        assert set(table) == set(enum), enum
        assert all(word and not isinstance(word, StrEnum) for word in table.values())


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (date(2026, 11, 23), date(2026, 11, 30), "du lundi 23 au lundi 30 novembre"),
        (date(2026, 11, 24), date(2026, 12, 1), "du mardi 24 novembre au mardi 1er décembre"),
        (date(2026, 12, 28), date(2027, 1, 4), "du lundi 28 décembre 2026 au lundi 4 janvier 2027"),
        (date(2026, 12, 1), date(2026, 12, 1), "le mardi 1er décembre"),
    ],
)
def test_days_are_said_as_one_says_them(starts: date, ends: date, said: str) -> None:
    """Years only when they help."""
    assert words.span(starts, ends, date(2026, 11, 22)) == said


def test_near_days_instants_and_durations() -> None:
    """Winter and summer time, today and tomorrow, since when."""
    today = date(2026, 11, 22)
    assert [words.day(date(2026, 11, n), today) for n in (21, 22, 23)] == ["hier", "aujourd’hui", "demain"]
    assert words.moment(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "1er juillet 2026 à 14\u00a0h\u00a005"
    assert words.moment(datetime(2026, 12, 2, 12, 5, tzinfo=UTC)) == "2 décembre 2026 à 13\u00a0h\u00a005"
    assert words.written_at("2026-12-01T23:45:28Z") == "02/12/2026 00:45"
    assert words.written_at("2026-07-01T04:45:28Z", seconds=True) == "01/07/2026 06:45:28"
    assert words.written_at("") == ""
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert words.ago(datetime(2026, 11, 22, 11, 58, tzinfo=UTC), now) == "depuis 2\u00a0min"
    assert words.ago(datetime(2026, 11, 19, 12, tzinfo=UTC), now) == "depuis 3\u00a0j"


def test_typography_puts_the_spaces_french_wants_and_touches_nothing_else() -> None:
    """Narrow before ; ! ?, full before : % » and after «; times, paths and commands stay as they are."""
    assert words.typography("Prêt ? « Oui » : 98 % !") == "Prêt\u202f? «\u00a0Oui\u00a0»\u00a0: 98\u00a0% !".replace("% !", "%\u202f!")
    for same in ("http://a:80/b?c=1", '    fleet reset --case "Valise 3"', "12:30", "a ;b"):
        assert words.typography(same) == same


def test_the_sentence_of_the_day() -> None:
    """As on the wall of the office."""
    assert count_sentence(17, 2, 1).replace("\u00a0", " ") == "17 prêtes, 2 en cours, 1 à voir"
    assert count_sentence(1, 0, 0, dirty=3, lent=4).replace("\u00a0", " ") == "1 prête, 3 à remettre à zéro, 4 en prêt"


def test_identifiers_sort_and_stay_apart() -> None:
    """Tablette 10 after Tablette 9; two things never get one identifier."""
    assert slug("Valise n° 3 – Œuvres d’été") == "valise-n-3-oeuvres-d-ete"
    taken: set[str] = set()
    for _ in range(30):
        taken.add(free_identifier("Tablette " * 12, taken, "Valise 3"))
    assert len(taken) == 30 and max(map(len, taken)) <= 40
    assert sorted(["Tablette 10", "Tablette 9", "tablette 1"], key=natural) == ["tablette 1", "Tablette 9", "Tablette 10"]
