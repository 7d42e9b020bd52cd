"""A large ISO 2709 file read by several processes, in the file's order.

Guarantees: the outcomes are those of reading it in one process, positions included; at most a few blocks are in memory;
a process that dies costs time, not records: its blocks are read here; nothing is left running when the reading stops.

A file is cut into blocks of `BLOCK` bytes at the first end of record after each cut; each process takes every n-th block
and keeps `AHEAD` of them ready, so that no core rests while the store writes a batch; then it is held back.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from multiprocessing.connection import Connection
from operator import attrgetter
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from kiosk.domain import Record
from kiosk.formats import items, stream
from kiosk.formats.iso2709 import MAX_RECORD
from kiosk.formats.marc import Flavour
from kiosk.formats.outcome import Deleted, Rejected
from kiosk.search.fields import Document, Texts
from kiosk.sources.sink import on_platform
from kiosk.store.prepared import Prepared, prepare

Read = Prepared | Rejected | Deleted
BLOCK = 1 << 18
AHEAD = 8  # blocks read and not sent yet, some 0.5 MB each: what two processes read while the store writes a batch
WORTH_IT = 6 << 20  # bytes of a file for which starting processes pays
_REACH = 1 << 20  # bytes read at least for a record that does not end, so that rubbish is cut alike whatever the blocks
_END = b"\x1d"


@dataclass(frozen=True, slots=True)
class Task:
    """What a process needs to know. A dialect is given by name or by text, since its rules are compiled."""

    path: Path
    source: str
    flavour: Flavour
    dialect: items.Dialect | None
    platform: str = ""

    def reading(self) -> stream.MarcReading:
        """Return how to read, here."""
        return stream.MarcReading(self.source, self.flavour, self.dialect)


def block(path: Path, index: int) -> Iterator[bytes]:
    """Read the records that begin in block `index`; nothing at all beyond the end of the file."""
    start = index * BLOCK
    with path.open("rb") as file:
        file.seek(max(start - 1, 0))
        data = file.read(BLOCK + (start > 0))
        if start > 0:  # what comes before the first end of record began in the block before
            cut = data.find(_END)
            data = data[cut + 1 :] if cut >= 0 else b""
            if cut < 0:
                return
        if data.endswith(_END) or not data:
            yield data
            return
        more = b""
        while _END not in more and len(data) + len(more) < max(BLOCK, _REACH) + MAX_RECORD:
            piece = file.read(1 << 16)
            if not piece:
                break
            more += piece
        cut = more.find(_END)
        yield data + (more[: cut + 1] if cut >= 0 else more)


def read_block(task: Task, index: int) -> list[Read]:
    """Read one block and prepare its records for the store; positions count from 1 inside it."""
    read = stream.iso2709_outcomes(block(task.path, index), task.reading())
    return [prepare(on_platform(outcome, task.platform)) if isinstance(outcome, Record) else outcome for outcome in read]


def outcomes(task: Task, workers: int) -> Iterator[Read]:
    """Read the whole file with `workers` processes."""
    blocks = -(-task.path.stat().st_size // BLOCK)
    team = [_Worker(task, first, workers, blocks) for first in range(min(workers, blocks))]
    position = 0
    try:
        for index in range(blocks):
            found = team[index % len(team)].next(index)
            for outcome in found:
                yield replace(outcome, position=outcome.position + position) if isinstance(outcome, Rejected) else outcome
            position += len(found)
    finally:
        for worker in team:
            worker.stop()


class _Worker:
    """One process and the blocks it owes."""

    def __init__(self, task: Task, first: int, step: int, blocks: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._task = task
        self._here: Connection | None
        self._here, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(there, task.path, _sent(task), first, step, blocks), daemon=True)
        self._process.start()
        there.close()

    def next(self, index: int) -> list[Read]:
        """Return the outcomes of its next block, which is `index`; read it here when the process is gone."""
        if self._here is not None:
            try:
                return load(self._here.recv_bytes())
            except (EOFError, OSError, pickle.UnpicklingError):
                self.stop()
        return read_block(self._task, index)

    def stop(self) -> None:
        """End the process."""
        if self._here is not None:
            self._here.close()
            self._here = None
            self._process.terminate()
            self._process.join(10)


def _sent(task: Task) -> tuple[str, str, str, str]:
    return task.source, task.flavour.value, task.dialect.text if task.dialect is not None else "", task.platform


def _work(there: Connection, path: Path, sent: tuple[str, str, str, str], first: int, step: int, blocks: int) -> None:
    """Run in the process: read every `step`-th block and send it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reader stops us when a person stops it
    gc.disable()  # records hold no cycles: reference counts free each block as soon as it is sent
    source, flavour, text, platform = sent
    task = Task(path, source, Flavour(flavour), items.parse_dialect(text, "—") if text else None, platform)
    ready: Queue[bytes | None] = Queue(AHEAD)
    sender = Thread(target=_send, args=(there, ready), daemon=True)
    sender.start()
    for index in range(first, blocks, step):
        ready.put(dump(read_block(task, index)))
    ready.put(None)
    sender.join()
    there.close()


def _send(there: Connection, ready: Queue[bytes | None]) -> None:
    """Send what is read; when nobody listens any more, nothing of this process is needed."""
    try:
        while (data := ready.get()) is not None:
            there.send_bytes(data)
    except OSError:
        os._exit(0)


# -- outcomes as bytes: by constructor and arguments, five times faster than what dataclasses do by themselves ----------


def _by_fields(cls: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    get = attrgetter(*(f.name for f in fields(cls)))
    return lambda value: (cls, get(value))


_TABLE: dict[Any, Any] = {cls: _by_fields(cls) for cls in (Prepared, Document, Texts, Rejected, Deleted)}


def dump(values: list[Read]) -> bytes:
    """Write outcomes for another process of this program. Never for a file: it is read back with `pickle`."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(values)
    return buffer.getvalue()


def load(data: bytes) -> list[Read]:
    """Read what `dump` wrote."""
    values: list[Read] = pickle.loads(data)
    return values
