"""One run of Colporteur on the test devices, as a program of its own: `python -m bench.fleet.worker SPEC.json`."""

from __future__ import annotations

import json
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.fleet.declared import profile
from fleet.attestation import Signer
from fleet.model import Device
from fleet.operations.outcome import GOOD
from fleet.operations.provision import Provision
from fleet.operations.reset import Reset
from fleet.operations.scheduler import run_all
from fleet.operations.tools import Job, Tools
from fleet.transport.port import Target
from fleet.transport.ssh import SshTransport


def main(spec: Path) -> int:
    """Do the work of the specification; print what happened as JSON."""
    wanted = json.loads(spec.read_text())
    content = Path(wanted["content"])
    work = profile(content)
    jobs = []
    for name, serial, address, host_key in wanted["devices"]:
        device = Device(name, name, serial=serial, host_key=host_key)
        jobs.append(Job(device, work, Target(address, 22, "root", host_key, name)))
    folder = Path(wanted["folder"])
    tools = Tools(SshTransport(Path(wanted["key"])), folder, content, Signer.load(folder / "keys"), lambda: datetime.now(UTC))
    outcomes = run_all(jobs, Reset.of if wanted["reset"] else Provision.of, tools)
    bad = [f"{o.device_id}: {o.end} {' '.join(o.reasons)}" for o in outcomes if o.end not in GOOD]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    attested = sum(o.attestation is not None for o in outcomes)
    print(json.dumps({"bad": bad, "peak_mb": peak, "attested": attested}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
