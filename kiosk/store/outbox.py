"""The outbox: holds on their way to the library system, in a file of their own.

Guarantees: a hold that `place` returned is on the disk, synced, before anybody is told; each is in one state of
`HoldState` and moves only as drawn in `kiosk.domain.hold`; placing the same `key`, or the same record for the same
patron while one is on its way, is one hold. The card number is encrypted with a key of this device and erased, with
everything that tells whose hold it was, as soon as the hold is final.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.domain import FINAL, Hold, HoldState, Patron, Record, SourceRef
from kiosk.errors import Damaged, DataError, NotFound
from kiosk.i18n import _
from kiosk.store import disk
from kiosk.store.secrets import Sealer

FILE = "outbox.sqlite"
VERSION = 2
MAX_WAITING = 500  # a kiosk without a line for weeks; beyond, something is wrong and a person should look
CLOCK_SLIP = timedelta(hours=2)  # no retry is planned that far ahead: the clock was wrong when it was planned
LEAST_TRIES = 3  # before a hold is given up: a clock that jumps, or a kiosk switched off for a month, is no attempt
MOVES = {
    HoldState.WAITING: {HoldState.SENDING, HoldState.CANCELLED, HoldState.EXPIRED},
    HoldState.SENDING: {HoldState.WAITING, HoldState.ACCEPTED, HoldState.REFUSED, HoldState.EXPIRED},
}
_SCHEMA = """
CREATE TABLE hold (key TEXT PRIMARY KEY, record_id TEXT NOT NULL, title TEXT NOT NULL, pickup TEXT NOT NULL, placed_at TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', position INTEGER, tries INTEGER NOT NULL DEFAULT 0, next_try TEXT NOT NULL,
  sources TEXT NOT NULL, card BLOB, who BLOB, remote_id TEXT NOT NULL DEFAULT '', doubt INTEGER NOT NULL DEFAULT 0)
"""  # doubt: attempts that may have arrived
_TO_2 = "ALTER TABLE hold ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0", "UPDATE hold SET doubt = tries"
_COLUMNS = "key, record_id, title, pickup, placed_at, state, reason, position, tries"


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A hold with what is needed to send it: only for the delivery, never for a screen."""

    hold: Hold
    card: str
    sources: tuple[SourceRef, ...]

    def __repr__(self) -> str:
        return f"Parcel({self.hold.key})"


class Outbox:
    """The file `DATA/outbox.sqlite`. One instance serves one thread; several may be open."""

    def __init__(self, connection: sqlite3.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    @classmethod
    def open(cls, data: Path) -> Self:
        """Open or create the outbox; a damaged file is set aside for a person to look at."""
        with disk.plain_errors():
            data.mkdir(parents=True, exist_ok=True)
            with disk.exclusively(data):
                sealer = Sealer.of(data)
                try:
                    connection = _open(data / FILE)
                except sqlite3.DatabaseError as error:
                    if not isinstance(disk.explain(error), Damaged):
                        raise
                    disk.set_aside(data / FILE)
                    connection = _open(data / FILE)
        return cls(connection, sealer)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def place(self, patron: Patron, record: Record, pickup: str, key: str, now: datetime | None = None) -> Hold:
        """Accept a hold: when this returns, it is on the disk. Raises DiskFull, DiskReadOnly, DataError: then it is not."""
        if not patron.card or not key:
            raise DataError(_("Identifiez-vous avec votre carte pour réserver."))
        at = _iso(now)
        who = self._sealer.mark(patron.card)
        with disk.transaction(self._connection):
            known = self._connection.execute(
                f"SELECT {_COLUMNS} FROM hold WHERE key = ? OR (who = ? AND record_id = ? AND state IN ('waiting', 'sending'))",
                (key, who, record.id),
            ).fetchone()
            if known:
                return _hold(known)
            if self._connection.execute("SELECT count(*) FROM hold WHERE card IS NOT NULL").fetchone()[0] >= MAX_WAITING:
                raise DataError(_("Trop de réservations attendent une connexion : adressez-vous à la bibliothèque."))
            sources = json.dumps([[s.source, s.source_id] for s in record.sources])
            self._connection.execute(
                "INSERT INTO hold (key, record_id, title, pickup, placed_at, state, next_try, sources, card, who) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, record.id, record.title, pickup, at, "waiting", at, sources, self._sealer.seal(patron.card, key), who),
            )
        return Hold(key, record.id, record.title, pickup, at)

    def get(self, key: str) -> Hold:
        """Return one hold; raises NotFound."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM hold WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise NotFound(_("Cette réservation n’existe pas sur ce poste."))
        return _hold(row)

    def pending(self) -> tuple[Hold, ...]:
        """Return the holds that are not final, oldest first."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM hold WHERE state IN ('waiting', 'sending') ORDER BY placed_at, key")
        return tuple(map(_hold, rows))

    def holds_of(self, patron: Patron) -> tuple[Hold, ...]:
        """Return this patron's holds that are on their way."""
        sql = f"SELECT {_COLUMNS} FROM hold WHERE who = ? ORDER BY placed_at, key"
        return tuple(map(_hold, self._connection.execute(sql, (self._sealer.mark(patron.card),))))

    def all(self) -> tuple[Hold, ...]:
        """Return every hold, final ones included, oldest first: what the branch is told."""
        return tuple(map(_hold, self._connection.execute(f"SELECT {_COLUMNS} FROM hold ORDER BY placed_at, key")))

    def dismiss(self, key: str) -> bool:
        """Take a final hold off the list: somebody at the branch has seen to it. False when it is not final, or gone."""
        with disk.transaction(self._connection):
            return self._connection.execute("DELETE FROM hold WHERE key = ? AND card IS NULL", (key,)).rowcount == 1

    def due(self, now: datetime | None = None) -> tuple[Parcel, ...]:
        """Return what to send now, oldest first. A card that this device can no longer read is refused, not lost silently."""
        sql = (
            f"SELECT {_COLUMNS}, card, sources FROM hold WHERE state IN ('waiting', 'sending') "
            "AND (next_try <= ? OR next_try > ?) ORDER BY placed_at, key"
        )
        moment = now or datetime.now(UTC)
        parcels = []
        for *row, card, sources in self._connection.execute(sql, (_iso(moment), _iso(moment + CLOCK_SLIP))).fetchall():
            hold = _hold(row)
            plain = self._sealer.open(card, hold.key)
            if plain is None:
                self.mark(hold.key, HoldState.EXPIRED, _("La clé de ce poste a changé : la réservation n’a pas pu partir."))
            else:
                parcels.append(Parcel(hold, plain, tuple(SourceRef(*s) for s in json.loads(sources))))
        return tuple(parcels)

    def mark(
        self,
        key: str,
        state: HoldState,
        reason: str = "",
        *,
        position: int | None = None,
        remote_id: str = "",
        retry_in: timedelta = timedelta(),
        now: datetime | None = None,
        unsent: bool = False,
    ) -> Hold:
        """Move a hold to another state, durably; a final one loses its card. Raises DataError for a move that is not drawn.

        `unsent`, going back to waiting: this attempt has certainly not arrived.
        """
        with disk.transaction(self._connection):
            hold = self.get(key)
            if state not in MOVES.get(hold.state, set()):
                raise DataError(_("Cette réservation ne peut plus changer."))
            tries = hold.tries + (state is HoldState.SENDING)
            doubt = 1 if state is HoldState.SENDING else -1 if unsent else 0
            self._connection.execute(
                "UPDATE hold SET state = ?, reason = ?, position = ?, remote_id = ?, tries = ?, next_try = ?, doubt = doubt + ? "
                "WHERE key = ?",
                (state.value, reason, position, remote_id, tries, _iso((now or datetime.now(UTC)) + retry_in), doubt, key),
            )
            if state in FINAL:
                self._connection.execute("UPDATE hold SET card = NULL, who = NULL WHERE key = ?", (key,))
        if state in FINAL:
            self._tidy()
        return self.get(key)

    def cancel(self, key: str) -> bool:
        """Take a hold back that has certainly not arrived; False when it is too late for that."""
        with disk.transaction(self._connection):
            done = self._connection.execute(
                "UPDATE hold SET state = 'cancelled', card = NULL, who = NULL WHERE key = ? AND state = 'waiting' AND doubt = 0", (key,)
            )
            changed = done.rowcount == 1
        if changed:
            self._tidy()
        return changed

    def expire(
        self, after: timedelta, keep: timedelta = timedelta(days=30), now: datetime | None = None, least: int = LEAST_TRIES
    ) -> tuple[Hold, ...]:
        """Give up holds older than `after` that were tried `least` times in vain, return them; forget final ones older than `keep`."""
        moment = now or datetime.now(UTC)
        old = [h for h in self.pending() if h.placed_at < _iso(moment - after) and h.tries >= least]
        reason = _("Aucune connexion pendant trop longtemps : la réservation n’a pas été transmise.")
        given_up = tuple(self.mark(h.key, HoldState.EXPIRED, reason) for h in old)
        with disk.transaction(self._connection):
            self._connection.execute("DELETE FROM hold WHERE card IS NULL AND placed_at < ?", (_iso(moment - keep),))
        return given_up

    def _tidy(self) -> None:
        """Leave no erased card in the journal; another reader may put that off until next time."""
        with disk.plain_errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def read_all(data: Path) -> tuple[Hold, ...]:
    """Return every hold of a folder without opening it for writing, and without the key: whoever asks may be another account."""
    if not (data / FILE).exists():
        return ()
    with disk.plain_errors(), closing(disk.connect(data / FILE, readonly=True)) as connection:
        return tuple(map(_hold, connection.execute(f"SELECT {_COLUMNS} FROM hold ORDER BY placed_at, key")))


def _open(path: Path) -> sqlite3.Connection:
    connection = disk.connect(path, durable=True)
    try:
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        before = connection.execute("PRAGMA user_version").fetchone()[0]
        if before < VERSION:
            with closing(connection.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                for statement in _TO_2 if before == 1 else (_SCHEMA,):
                    cursor.execute(statement)
                cursor.execute(f"PRAGMA user_version = {VERSION}")
                cursor.execute("COMMIT")
        connection.execute("SELECT count(*) FROM hold").fetchone()
    except BaseException:
        connection.close()
        raise
    path.chmod(0o600)
    return connection


def _hold(row: Sequence[object]) -> Hold:
    key, record_id, title, pickup, placed_at, state, reason, position, tries = row
    return Hold(
        key=str(key),
        record_id=str(record_id),
        title=str(title),
        pickup=str(pickup),
        placed_at=str(placed_at),
        state=HoldState(str(state)),
        reason=str(reason),
        position=position if isinstance(position, int) else None,
        tries=int(str(tries)),
    )


def _iso(moment: datetime | None) -> str:
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
