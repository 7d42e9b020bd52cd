"""CSV as a codec: every value survives, no cell can start a formula, any bytes end in rows or in a clear refusal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleet.errors import CsvError
from fleet.spreadsheet import read_sheet, shield, unshield, write_sheet

COLUMNS = ("un", "deux", "trois")
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30).map(str.strip)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS).filter(any), max_size=8))
def test_what_is_written_reads_back(rows: list[tuple[str, str, str]]) -> None:
    """Separators, quotes, line breaks, formulas; written again, the same bytes."""
    data = write_sheet(COLUMNS, rows)
    sheet = read_sheet(data, COLUMNS, COLUMNS)
    got = [tuple(row.cells[c] for c in COLUMNS) for row in sheet.rows]
    assert (got, sheet.rejects) == (rows, [])
    assert write_sheet(COLUMNS, got) == data


@given(st.text(max_size=20))
def test_no_cell_starts_a_formula(cell: str) -> None:
    """Shielding is undone exactly."""
    assert not shield(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unshield(shield(cell)) == cell


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_in_a_refusal(data: bytes) -> None:
    """Never another error; every row that is not blank is taken or handed back."""
    try:
        sheet = read_sheet(b"un;deux;trois\n" + data, COLUMNS, ("un",))
    except CsvError:
        return
    assert all(row.line >= 2 for row in sheet.rows)
