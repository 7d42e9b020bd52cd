"""The outbox: what it accepts is kept, what is final is forgotten."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain import HoldState, Patron, Record, SourceRef
from kiosk.errors import DataError, NotFound
from kiosk.store import outbox as outbox_module
from kiosk.store import secrets
from kiosk.store.outbox import LEAST_TRIES, Outbox

CARD = "21003000123456"
RECORD = Record("id7", "Regain", sources=(SourceRef("koha", "7"),))
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def everything_on_disk(data: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(data.iterdir()) if p.is_file())


def test_placing_is_durable_and_once(tmp_path: Path) -> None:
    """What was placed is there for another connection; the same key, or the same wish again, is one hold."""
    with Outbox.open(tmp_path) as outbox:
        hold = outbox.place(Patron(CARD), RECORD, "DIG", "k1", NOW)
        assert outbox.place(Patron(CARD), RECORD, "DIG", "k1", NOW) == hold
        assert outbox.place(Patron(CARD), RECORD, "DIG", "k2", NOW) == hold
        outbox.place(Patron("other"), RECORD, "DIG", "k3", NOW)
        with Outbox.open(tmp_path) as second:
            assert [h.key for h in second.pending()] == ["k1", "k3"]
            assert second.holds_of(Patron(CARD)) == (hold,)


def test_the_card_is_unreadable_and_then_gone(tmp_path: Path) -> None:
    """No file holds the card in clear; once the hold is final, not even sealed; the key is the owner's only."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD, name="Ada Test"), RECORD, "DIG", "k1", NOW)
        assert CARD.encode() not in everything_on_disk(tmp_path)
        assert b"Ada" not in everything_on_disk(tmp_path)
        assert stat.S_IMODE((tmp_path / secrets.FILE).stat().st_mode) == 0o600
        sealed = outbox._connection.execute("SELECT card, who FROM hold").fetchone()
        assert outbox.due(NOW)[0].card == CARD
        assert CARD not in repr(outbox.due(NOW))
        outbox.mark("k1", HoldState.SENDING)
        outbox.mark("k1", HoldState.ACCEPTED, position=2)
        assert outbox.get("k1").position == 2
        for value in sealed:
            assert value not in everything_on_disk(tmp_path)


@pytest.mark.parametrize(
    ("moves", "allowed"),
    [
        (["sending", "accepted"], True),
        (["sending", "waiting", "sending", "refused"], True),
        (["expired"], True),
        (["accepted"], False),
        (["sending", "cancelled"], False),
        (["sending", "accepted", "waiting"], False),
        (["expired", "sending"], False),
    ],
)
def test_only_the_drawn_moves(tmp_path: Path, moves: list[str], allowed: bool) -> None:
    """A hold moves along the arrows of its picture."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD), RECORD, "DIG", "k1")
        for state in moves[:-1]:
            outbox.mark("k1", HoldState(state))
        if allowed:
            assert outbox.mark("k1", HoldState(moves[-1])).state == moves[-1]
        else:
            with pytest.raises(DataError):
                outbox.mark("k1", HoldState(moves[-1]))


def test_cancel_only_what_never_left(tmp_path: Path) -> None:
    """A hold that may have arrived cannot be taken back at the kiosk."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD), RECORD, "DIG", "k1")
        assert outbox.cancel("k1")
        assert not outbox.cancel("k1")
        outbox.place(Patron(CARD), RECORD, "DIG", "k2")
        outbox.mark("k2", HoldState.SENDING)
        outbox.mark("k2", HoldState.WAITING)
        assert not outbox.cancel("k2")
        with pytest.raises(NotFound):
            outbox.get("nothing")


def test_expiry(tmp_path: Path) -> None:
    """Undelivered holds are given up after a while and told to the branch; final ones are forgotten after a month."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD), RECORD, "DIG", "k1", NOW - timedelta(days=8))
        outbox.place(Patron("x"), RECORD, "DIG", "k2", NOW)
        for _try in range(LEAST_TRIES):
            assert outbox.expire(timedelta(days=7), now=NOW) == ()
            outbox.mark("k1", HoldState.SENDING, now=NOW)
            outbox.mark("k1", HoldState.WAITING, now=NOW)
        assert [h.key for h in outbox.expire(timedelta(days=7), now=NOW)] == ["k1"]
        assert outbox.get("k1").state is HoldState.EXPIRED
        outbox.expire(timedelta(days=7), now=NOW + timedelta(days=25))
        assert [h.key for h in outbox.all()] == ["k2"]


def test_a_wrong_clock_loses_no_hold(tmp_path: Path) -> None:
    """A clock put forward by years gives up nothing that was not tried; put back, it does not make a hold wait for years."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD), RECORD, "DIG", "k1", datetime(1970, 1, 2, tzinfo=UTC))
        assert outbox.expire(timedelta(days=7), now=NOW) == ()
        assert [p.hold.key for p in outbox.due(NOW)] == ["k1"]
        ahead = NOW + timedelta(days=4000)
        outbox.mark("k1", HoldState.SENDING, now=ahead)
        outbox.mark("k1", HoldState.WAITING, retry_in=timedelta(hours=1), now=ahead)
        assert [p.hold.key for p in outbox.due(NOW)] == ["k1"]
        assert [p.hold.key for p in outbox.due(ahead)] == []
        assert [h.key for h in outbox.expire(timedelta(days=7), now=NOW, least=0)] == ["k1"]


def test_a_lost_key_is_told(tmp_path: Path) -> None:
    """Without the device's key nothing can be sent: the hold ends with a reason instead of waiting for ever."""
    with Outbox.open(tmp_path) as outbox:
        outbox.place(Patron(CARD), RECORD, "DIG", "k1", NOW)
    (tmp_path / secrets.FILE).unlink()
    with Outbox.open(tmp_path) as outbox:
        assert outbox.due(NOW) == ()
        assert outbox.get("k1").state is HoldState.EXPIRED
        assert "clé" in outbox.get("k1").reason


def test_bounds_and_strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody without a card reserves, and the outbox does not grow without end."""
    monkeypatch.setattr(outbox_module, "MAX_WAITING", 2)
    with Outbox.open(tmp_path) as outbox:
        with pytest.raises(DataError):
            outbox.place(Patron(""), RECORD, "DIG", "k0")
        for n in range(2):
            outbox.place(Patron(f"c{n}"), RECORD, "DIG", f"k{n}")
        with pytest.raises(DataError, match="attendent"):
            outbox.place(Patron("c3"), RECORD, "DIG", "k3")


def test_a_damaged_outbox_is_set_aside(tmp_path: Path) -> None:
    """The kiosk goes on; the file is kept for a person to look at."""
    (tmp_path / outbox_module.FILE).write_bytes(b"garbage" * 1000)
    with Outbox.open(tmp_path) as outbox:
        assert outbox.pending() == ()
    assert len(list(tmp_path.glob("outbox.damaged-*.sqlite"))) == 1
