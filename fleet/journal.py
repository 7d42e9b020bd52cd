"""The journal of a device: what was about to be done, and what was done, one line each, in `journal/<device>.jsonl`.

Guarantees: an intent is on the disk before the step begins; each line carries the SHA-256 of the line before, so that a line
changed, added or taken out is found; the unfinished last line of a computer that was killed is set aside, never read; a
journal that fails its check is kept under another name and a new one begins. No line holds a path or a name of a borrower:
only steps, counts, and where our own marks are.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from fleet.attestation import canonical_json
from fleet.errors import Damaged, DiskFull, DiskReadOnly, StoreError
from fleet.i18n import _

GENESIS = "0" * 64
MAX_LINE = 1 << 20
MAX_FILE = 64 << 20


class Kind(StrEnum):
    """What a line says of a step (or of the whole run, when the step is empty)."""

    START = "start"  # a run begins; data says which operation
    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"  # the device or the line did not let it happen; the run stays open
    END = "end"  # the run is over; data says how


@dataclass(frozen=True, slots=True)
class Event:
    """One line."""

    seq: int
    at: str
    run: str
    kind: Kind
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""


def line_hash(previous: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a line without its own hash."""
    return hashlib.sha256(canonical_json({**fields, "prev": previous})).hexdigest()


def _hash_of_text(line: bytes, shown: str) -> str:
    """`line_hash` of a line as it was written, from its text alone: without its own hash, the text is the canonical one."""
    before, own, after = line.partition(b'"hash":"%s",' % shown.encode())
    return hashlib.sha256(before + after).hexdigest() if own and own not in after else ""


def read_events(data: bytes) -> tuple[list[Event], int]:
    """Check the chain; return the events and how many bytes are whole lines. Damaged says which line is wrong."""
    events: list[Event] = []
    previous, whole = GENESIS, data.rfind(b"\n") + 1
    for number, line in enumerate(data[:whole].splitlines(), 1):
        try:
            fields = json.loads(line)
            shown, chained = fields.pop("hash"), fields.pop("prev")
            event = Event(fields["seq"], fields["at"], fields["run"], Kind(fields["kind"]), fields["step"], fields["data"], shown)
            whole_line = shown == _hash_of_text(line, shown)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
            raise Damaged(_("La ligne {number} du journal est illisible.").format(number=number)) from e
        if chained != previous or event.seq != number or not whole_line:
            raise Damaged(
                _("La ligne {number} du journal ne suit pas la précédente : elle a été changée, ajoutée ou ôtée.").format(number=number)
            )
        events.append(event)
        previous = shown
    return events, whole


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that was begun and is not over: what is done already, with what each step reported."""

    id: str
    operation: str
    data: Mapping[str, Any]
    done: Mapping[str, Mapping[str, Any]]
    intents: Mapping[str, Mapping[str, Any]]
    events: tuple[Event, ...]


def open_run(events: Iterable[Event]) -> OpenRun | None:
    """Return the last run when it has no end."""
    current: list[Event] = []
    for event in events:
        if event.kind is Kind.START:
            current = []
        current.append(event)
    if not current or current[0].kind is not Kind.START or current[-1].kind is Kind.END:
        return None
    done = {e.step: e.data for e in current if e.kind is Kind.DONE}
    intents = {e.step: e.data for e in current if e.kind is Kind.INTENT}
    first = current[0]
    return OpenRun(first.run, str(first.data.get("operation", "")), first.data, done, intents, tuple(current))


class Journal:
    """The open journal of one device; one thread writes it."""

    def __init__(self, folder: Path, device_id: str, now: Callable[[], datetime]) -> None:
        self.path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', device_id)}.jsonl"
        self.now = now
        self.set_aside = ""
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self.events = self._load()

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self.events[-1].hash if self.events else GENESIS

    def _load(self) -> list[Event]:
        if not self.path.exists():
            return []
        data = self.path.read_bytes()
        try:
            if len(data) > MAX_FILE:
                raise Damaged(_("Le journal est trop long."))
            events, whole = read_events(data)
        except Damaged as e:
            kept = self.path.with_name(f"{self.path.stem}.damaged-{self.now():%Y%m%dT%H%M%S}.jsonl")
            self.path.rename(kept)
            self.set_aside = _("{e} Il est gardé sous le nom {name} ; un nouveau journal commence.").format(e=e, name=kept.name)
            return []
        if whole < len(data):  # this computer was killed while it wrote
            with self.path.open("r+b") as f:
                f.truncate(whole)
                os.fsync(f.fileno())
        return events

    def append(self, run: str, kind: Kind, step: str = "", data: Mapping[str, Any] | None = None, sync: bool = True) -> Event:
        """Write one line; with `sync` it is on the disk when this returns."""
        with self._lock:
            at = f"{self.now():%Y-%m-%dT%H:%M:%SZ}"
            fields: dict[str, Any] = {"seq": len(self.events) + 1, "at": at, "run": run, "kind": kind.value, "step": step}
            fields["data"] = dict(data or {})
            digest = line_hash(self.head, fields)
            line = canonical_json({**fields, "prev": self.head, "hash": digest}) + b"\n"
            try:
                with self.path.open("ab") as f:
                    f.write(line)
                    if sync:
                        f.flush()
                        os.fsync(f.fileno())
            except OSError as e:
                raise _translated(e) from e
            event = Event(fields["seq"], at, run, kind, step, fields["data"], digest)
            self.events.append(event)
            return event

    def open_run(self) -> OpenRun | None:
        """The run to go on with, if any."""
        return open_run(self.events)


def _translated(error: OSError) -> StoreError:

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(_("Le disque de cet ordinateur est plein : rien n’a été commencé. Faites de la place, puis relancez."))
    if error.errno == errno.EROFS:
        return DiskReadOnly(_("Le disque de cet ordinateur est en lecture seule : rien n’a été commencé."))
    return StoreError(_("Le journal ne s’écrit pas ({strerror}).").format(strerror=error.strerror))


def check_journal(path: Path) -> list[Event]:
    """Read a journal and check its chain, changing nothing; Damaged says which line is wrong."""
    return read_events(path.read_bytes()[:MAX_FILE])[0]
