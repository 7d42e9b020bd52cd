"""Forgetting borrowers: four months after a return, nothing of them is left on this computer.

Guarantees: name, signature and free text of the loan (also where it says why a device needs attention) go from the inventory, its
log and its daily copies, so that their bytes cannot be found in any of these files; dates, places, devices and exceptions stay, and
attestations never held them.
Runs each time the inventory opens.
"""

from __future__ import annotations

import calendar
import sqlite3
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path

from fleet.errors import StoreError
from fleet.store.database import Store, copy_database, sync_file, sync_folder
from fleet.store.rows import utc_text

MONTHS_KEPT = 4  # after the return; the practice of the French data protection authority for loans of libraries

_DUE = "SELECT id FROM loans WHERE erased_at IS NULL AND (state = 'returned' AND returned_at <= ? OR state = 'cancelled')"


def months_before(moment: datetime, months: int) -> datetime:
    """The same day some months earlier, or the last day of that month (31 July − 1 month = 30 June)."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def forgotten_on(returned: datetime) -> date:
    """The first day on which `erase_borrowers` forgets who brought a loan back at that moment."""
    year, month = divmod(returned.year * 12 + returned.month - 1 + MONTHS_KEPT, 12)
    if returned.day > calendar.monthrange(year, month + 1)[1]:  # 31 October: there is no 31 February
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)
    return date(year, month + 1, returned.day)


def erase_borrowers(store: Store, now: datetime) -> int:
    """Erase what is due; returns how many loans forgot their borrower."""
    limit, stamp = utc_text(months_before(now, MONTHS_KEPT)) or "", utc_text(now) or ""
    with store.transaction() as db:
        due = [row[0] for row in db.conn.execute(_DUE, (limit,))]
        _erase(db.conn, due, stamp)
        forgotten = {row[0] for row in db.conn.execute("SELECT id FROM loans WHERE erased_at IS NOT NULL")}
    if due:
        store.forget_freed_bytes()
    for copy in store.dated_copies():
        _erase_in_copy(copy, forgotten, stamp)
    oldest = months_before(now, MONTHS_KEPT).strftime("%Y%m%d")
    for damaged in store.path.parent.glob(f"{store.path.stem}.damaged-????????*"):
        if damaged.name.removeprefix(f"{store.path.stem}.damaged-")[:8] < oldest:
            damaged.unlink(missing_ok=True)
    return len(due)


def _erase_in_copy(copy: Path, forgotten: set[str], stamp: str) -> None:
    """What this computer forgot, an older copy forgets too; it is replaced whole, and a damaged one is left alone."""
    with suppress(sqlite3.Error, StoreError, OSError):
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            known = {row[0] for row in connection.execute("SELECT id FROM loans WHERE erased_at IS NULL")}
        due = sorted(known & forgotten)
        if not due:
            return
        clean = copy.with_name(copy.name + ".forgetting")
        copy_database(copy, clean)
        with closing(sqlite3.connect(clean)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            with connection:
                _erase(connection, due, stamp)
        sync_file(clean)
        clean.replace(copy)
        sync_folder(copy.parent)


def _erase(connection: sqlite3.Connection, due: list[str], stamp: str) -> None:
    for loan_id in due:
        connection.execute("DELETE FROM borrowers WHERE loan_id = ?", (loan_id,))
        told = connection.execute("SELECT item, note FROM loan_exceptions WHERE loan_id = ? AND note <> ''", (loan_id,)).fetchall()
        for item, note in told:  # also why the device still needs attention
            connection.execute("UPDATE devices SET reason = replace(reason, ' : ' || ?, '') WHERE id = ?", (note, item))
        connection.execute("UPDATE loan_exceptions SET note = '' WHERE loan_id = ?", (loan_id,))
        connection.execute("UPDATE loans SET note = '', erased_at = ? WHERE id = ?", (stamp, loan_id))
