"""Guarantees: a report is kept until it was acknowledged, and goes out again in order after every return; memory is bounded. Pure.

Only the last report of a page matters, so those written without a line replace each other. Reports that may have arrived before the line
went (their acknowledgement was lost) keep their numbers until the facilitator says up to where she has heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mediation_apps.runtime.session.wire import Report


@dataclass(frozen=True, slots=True)
class Outbox:
    """Reports not yet acknowledged, oldest first; those above `sent` have never been on a line."""

    seq: int = 0
    sent: int = 0
    waiting: tuple[Report, ...] = ()

    def add(self, at: int, page: int, points: int, maximum: int, done: bool, battery: int, *, online: bool) -> Outbox:
        """Keep one more report."""
        report = Report(self.seq + 1, at, page, points, maximum, done, battery)
        if online:
            return Outbox(report.seq, report.seq, (*self.waiting, report))
        kept = tuple(old for old in self.waiting if old.seq <= self.sent or old.page != page)
        return Outbox(report.seq, self.sent, (*kept, report))

    def acked(self, seq: int) -> Outbox:
        """Forget what has arrived."""
        return replace(self, waiting=tuple(report for report in self.waiting if report.seq > seq))

    def resumed(self, seq: int) -> Outbox:
        """Back in the session, where reports up to `seq` have arrived: number the others on from there; all count as sent."""
        left = self.acked(seq).waiting
        numbered = tuple(replace(report, seq=seq + n) for n, report in enumerate(left, 1))
        last = seq + len(numbered)
        return Outbox(last, last, numbered)
