"""Harvest one source into the catalogue, whatever it is.

Guarantees: returns a report whatever happens short of a failing disk; what was stored before a line broke or a person
stopped stays stored, and the next harvest of the same source goes on from there.
"""

from __future__ import annotations

import time

from kiosk.errors import Cancelled, DataError, KioskError, StoreError
from kiosk.sources import files, oai, opds
from kiosk.sources.http import Client, host
from kiosk.sources.options import Options, Piece, Progress, Report, silent
from kiosk.sources.seen import Seen, forget_the_others
from kiosk.sources.sink import Sink
from kiosk.sources.spec import Protocol, Source
from kiosk.store.catalogue import Catalogue


def harvest(catalogue: Catalogue, source: Source, options: Options | None = None, progress: Progress = silent) -> Report:
    """Harvest `source`. Errors of the source end in `report.error`; a `StoreError` is raised, for nothing more can be kept."""
    options = options or Options()
    report = Report(source.name)
    start = time.monotonic()
    try:
        with catalogue.harvest(source.name) as under_way:
            sink = Sink(under_way, report, progress, options.platform)
            try:
                _read(source, options, sink)
            finally:
                under_way.flush()
                sink.count()
                report.stored_seconds = time.monotonic() - start
        report.complete = True
    except StoreError:
        raise
    except KioskError as e:
        report.error = e
    except KeyboardInterrupt:
        report.error = Cancelled("Arrêté à votre demande : ce qui était moissonné est gardé.")
    finally:
        report.seconds = time.monotonic() - start
        progress(report)
    return report


def _read(source: Source, options: Options, sink: Sink) -> None:
    if source.protocol is Protocol.FILES:
        _read_files(source, options, sink)
        return
    stay_on = host(source.url) if source.protocol is Protocol.OPDS else ""
    with Client(waiting=lambda seconds: _waiting(sink, seconds), stay_on=stay_on) as client:
        if source.protocol is Protocol.OAI:
            oai.Harvester(client, source, options, sink).run()
        else:
            opds.Crawler(client, source, options, sink).run()


def _waiting(sink: Sink, seconds: float) -> None:
    sink.report.step = f"le serveur demande d’attendre {seconds:.0f} s"
    sink.show(now=True)


def _read_files(source: Source, options: Options, sink: Sink) -> None:
    found = files.pieces(source.path)
    sink.seen = Seen() if options.full else None
    unread = sum(not _read_file(piece, source, options, sink, alone=len(found) == 1) for piece in found)
    if sink.seen is not None and not unread:  # a file that could not be read may hold what seems to be gone
        forget_the_others(sink, sink.seen)


def _read_file(piece: Piece, source: Source, options: Options, sink: Sink, *, alone: bool) -> bool:
    """Read one file, and say whether it could be read; in a folder, a file that cannot be read is set aside and the next one is read."""
    sink.report.step = piece.name
    where = "" if alone else f"{piece.name} : "
    try:
        sink.pour(files.outcomes(piece, source.name, options), where)
    except DataError as e:
        if alone:
            raise type(e)(f"« {piece.name} » : {e}") from e
        sink.reject(piece.name, str(e))
        return False
    return True
