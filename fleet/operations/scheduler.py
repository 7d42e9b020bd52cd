"""All devices of a run at once, each on its own.

Guarantees: one device's trouble, whatever it is, never delays nor stops another; every device has exactly one outcome; unreachable
and interrupted are said as such, never as failures; no thread is left when `run_all` returns.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from fleet.errors import Cancelled, FleetError, HostKeyChanged
from fleet.i18n import _
from fleet.operations.engine import LineLost
from fleet.operations.outcome import End, Outcome, Progress
from fleet.operations.tools import Job, Tools

MOST = 100  # devices at once; more wait for their turn
log = logging.getLogger("colporteur.fleet")


class Operation(Protocol):
    """Reset, Provision or Verify, ready for one device."""

    def run(self) -> Outcome:
        """Do it."""


def run_all(jobs: Sequence[Job], begin: Callable[[Tools, Job], Operation], tools: Tools) -> list[Outcome]:
    """Run one operation on every device at once; outcomes in the order of the jobs. Ctrl+C lets each stop at its step."""
    with ThreadPoolExecutor(max_workers=max(1, min(MOST, len(jobs))), thread_name_prefix="appareil") as pool:
        futures = [pool.submit(run_one, job, begin, tools) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            tools.stop.set()
            raise


def run_one(job: Job, begin: Callable[[Tools, Job], Operation], tools: Tools) -> Outcome:
    """Run one operation on one device; whatever happens becomes an outcome."""
    started = time.monotonic()

    def ended(end: End, reason: str) -> Outcome:
        return Outcome(job.device.id, end, (reason,), seconds=time.monotonic() - started)

    outcome = ended(End.FAILED, "")
    try:
        outcome = begin(tools, job).run()
    except LineLost as e:
        outcome = ended(End.INTERRUPTED if e.begun else End.UNREACHABLE, str(e))
    except HostKeyChanged as e:
        outcome = ended(End.STOPPED, str(e))
    except Cancelled as e:
        outcome = ended(End.INTERRUPTED, str(e))
    except FleetError as e:
        outcome = ended(End.FAILED, str(e))
    except Exception as e:  # a defect of ours stays with this device
        log.exception("%s", type(e).__name__)
        outcome = ended(End.FAILED, _("Erreur imprévue ({name}) : les autres appareils continuent.").format(name=type(e).__name__))
    tools.report(Progress(job.device.id, "end", note=outcome.end.value))
    return outcome
