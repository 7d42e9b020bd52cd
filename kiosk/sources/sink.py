"""Outcomes into a harvest of the catalogue, with the count of what became of them.

Guarantees: whatever a parser gives goes in in batches, or is counted with its reason; the report follows the store's own
counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from kiosk.domain import Link, LinkRel, Record
from kiosk.errors import StoreError
from kiosk.formats.outcome import Deleted, Outcome, Rejected
from kiosk.sources.options import Progress, Report
from kiosk.sources.seen import Seen
from kiosk.store.harvest import Harvest
from kiosk.store.prepared import Prepared

AT_ONCE = 500  # records handed over together
EVERY = 0.2  # seconds between two signs of progress


class Sink:
    """Where a source pours what it reads."""

    def __init__(self, harvest: Harvest, report: Report, progress: Progress, platform: str = "") -> None:
        self.harvest = harvest
        self.report = report
        self._progress = progress
        self._platform = platform
        self._shown = 0.0
        self.seen: Seen | None = None  # set by a source that must know in the end what it no longer has

    def pour(self, outcomes: Iterable[Outcome | Prepared], where: str = "") -> None:
        """Take outcomes; `where` begins the position of rejects (a file's name, a page)."""
        records: list[Record | Prepared] = []
        gone: list[str] = []
        try:
            self._take(outcomes, where, records, gone)
        except StoreError:
            raise
        except BaseException:  # the line broke, or a person stopped it: what is in hand is kept
            self._add(records)
            raise
        self._add(records)
        if gone:
            self.harvest.delete(gone)
        self.show()

    def _take(self, outcomes: Iterable[Outcome | Prepared], where: str, records: list[Record | Prepared], gone: list[str]) -> None:
        """Sort outcomes; `records` and `gone` hold what is not handed over yet."""
        for outcome in outcomes:
            if isinstance(outcome, Record | Prepared):
                records.append(on_platform(outcome, self._platform) if isinstance(outcome, Record) else outcome)
                if len(records) >= AT_ONCE:
                    self._add(records)
            elif isinstance(outcome, Rejected):
                self._reject(outcome, where)
            elif isinstance(outcome, Deleted):
                gone.append(outcome.source_id)

    def reject(self, position: str, reason: str, excerpt: bytes = b"") -> None:
        """Set aside something that is not a record: a page, a file."""
        self.report.reasons[reason] += 1
        self.harvest.reject(position, reason, excerpt)

    def show(self, *, now: bool = False) -> None:
        """Tell how far it is, not too often."""
        moment = time.monotonic()
        if now or moment - self._shown >= EVERY:
            self._shown = moment
            self.count()
            self._progress(self.report)

    def count(self) -> None:
        """Bring the report up to the store's counts."""
        counts, report = self.harvest.counts, self.report
        report.added, report.updated = counts.added, counts.updated
        report.unchanged, report.deleted = counts.unchanged, counts.deleted

    def _add(self, records: list[Record | Prepared]) -> None:
        """Hand over, and empty the list."""
        if self.seen is not None:
            self.seen.add(r.source_id if isinstance(r, Prepared) else r.sources[0].source_id for r in records)
        self.harvest.add(records)
        records.clear()
        self.show()

    def _reject(self, rejected: Rejected, where: str) -> None:
        position = f"{where}{rejected.position}{f' ({rejected.ident})' if rejected.ident else ''}"
        self.reject(position, rejected.reason, rejected.excerpt)


def on_platform(record: Record, platform: str) -> Record:
    """Say which platform the access links belong to, for sources that are one platform's list; nothing for no platform."""
    if not platform or not record.links:
        return record
    links = tuple(Link(k.url, k.rel, platform, k.media_type) if k.rel is LinkRel.ACCESS and not k.platform else k for k in record.links)
    return replace(record, links=links)
