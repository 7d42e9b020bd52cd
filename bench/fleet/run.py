"""Measuring: prepare, run, check from outside, count.

Seconds are wall time of the whole program; controller_cpu_s its own and its children's processor time (masters that a tool leaves
in the background are not counted, which favours it); bytes are those on the devices' cables, both ways.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.fleet.peers import HOW, Peer, peers
from bench.fleet.work import is_done, prepare, write_content
from fleet.errors import FleetError
from fleet.lab import devices as lab
from fleet.lab.lock import lab_lock
from fleet.lab.names import LabDevice
from fleet.transport.port import Target
from fleet.transport.ssh import SshTransport

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"a": "nothing to change", "b": "2 % changed, 200 borrower's files", "c": "empty device", "reset": "reset, provision, attestation"}


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement."""

    tool: str
    case: str
    devices: int
    seconds: float
    controller_cpu_s: float
    bytes: int


def main(argv: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench fleet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1, help="median of so many rounds")
    parser.add_argument("--cases", default="a,b,c,reset")
    parser.add_argument("--tools", default="colporteur,ansible,pyinfra")
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="also our peak memory at N devices")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        lab.need_root()
        with lab_lock(), tempfile.TemporaryDirectory(prefix="bench-fleet-") as scratch:
            try:
                return Bench(args, Path(scratch)).run()
            finally:
                lab.down()
    except FleetError as error:
        print(error, file=sys.stderr)
        return error.exit_code


class Bench:
    """One run of the measurements."""

    def __init__(self, args: argparse.Namespace, scratch: Path) -> None:
        self.args, self.scratch = args, scratch
        self.content = scratch / "content"
        scratch.chmod(0o755)
        self.content.mkdir()
        write_content(self.content)
        lab.down()
        self.devices = lab.up(args.devices, disk_mb=256, peers=True)
        self.keys = {d.name: _host_key(d) for d in self.devices}
        self.known = scratch / "known_hosts"
        self.known.write_text("".join(f"{d.address} {self.keys[d.name]}\n" for d in self.devices))
        self.found, self.missing = peers(self.content, scratch, self.devices, lab.private_key(), self.known)
        self.wrong: list[str] = []
        self.peak: dict[int, int] = {}

    def run(self) -> int:
        """Measure all cases with all tools, in turns."""
        rows = []
        chosen = self.args.tools.split(",")
        for case in self.args.cases.split(","):
            tools: list[Peer | None] = [None] if "colporteur" in chosen else []
            tools += [p for p in self.found if p.name in chosen] if case != "reset" else []
            taken: dict[str, list[Row]] = {}
            for _ in range(self.args.rounds):
                for peer in tools:
                    row = self.measure(peer, case)
                    taken.setdefault(row.tool, []).append(row)
            rows += [_median(found) for found in taken.values()]
        if self.args.memory:
            self.memory(self.args.memory)
        self.say(rows)
        return 1 if self.wrong else 0

    def measure(self, peer: Peer | None, case: str) -> Row:
        """One tool, one case."""
        name = peer.name if peer is not None else "colporteur"
        for device in self.devices:
            prepare(device, case, self.content)
        os.sync()
        command, environment = (peer.command, peer.environment) if peer is not None else (self.ours(case), {})
        before, wires = resource.getrusage(resource.RUSAGE_CHILDREN), self.traffic()
        start = time.monotonic()
        done = subprocess.run(
            command, env=os.environ | environment, cwd=ROOT if peer is None else self.scratch, capture_output=True, check=False
        )
        seconds = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        row = Row(name, case, len(self.devices), round(seconds, 2), round(cpu, 2), self.traffic() - wires)
        left = [d.name for d in self.devices if not is_done(d, self.content)]
        if done.returncode or left:
            tail = (done.stdout[-300:] + done.stderr[-500:]).decode("utf-8", "replace")
            self.wrong.append(f"{name} ({case}): code {done.returncode}, {len(left)} devices not as declared: {tail}")
        if peer is None and not done.returncode:
            self.peak[len(self.devices)] = max(self.peak.get(len(self.devices), 0), json.loads(done.stdout)["peak_mb"])
        print(
            f"{name:<11} ({case}) {row.seconds:7.2f} s  CPU {row.controller_cpu_s:6.2f} s  {row.bytes / 1e6:8.1f} MB",
            file=sys.stderr,
            flush=True,
        )
        return row

    def ours(self, case: str) -> tuple[str, ...]:
        """Our command line."""
        spec = self.scratch / "spec.json"
        devices = [[d.name, d.serial, d.address, self.keys[d.name]] for d in self.devices]
        folder = self.scratch / "fleet"
        value = {
            "devices": devices,
            "content": str(self.content),
            "folder": str(folder),
            "key": str(lab.private_key()),
            "reset": case == "reset",
        }
        spec.write_text(json.dumps(value))
        return (sys.executable, "-m", "bench.fleet.worker", str(spec))

    def memory(self, count: int) -> None:
        """Our peak memory with more devices."""
        self.devices = lab.up(count, disk_mb=256, peers=True)
        self.keys = {d.name: _host_key(d) for d in self.devices}
        self.measure(None, "reset")

    def traffic(self) -> int:
        """Bytes on all cables so far."""
        folders = [Path("/sys/class/net", d.link, "statistics") for d in self.devices]
        return sum(int((f / name).read_text()) for f in folders for name in ("rx_bytes", "tx_bytes"))

    def say(self, rows: list[Row]) -> None:
        """The result."""
        if self.args.json:
            print(
                json.dumps(
                    {"rows": [asdict(r) for r in rows], "peak_mb": self.peak, "missing": self.missing, "wrong": self.wrong}, indent=2
                )
            )
        else:
            for case in dict.fromkeys(r.case for r in rows):
                ours = next((r.seconds for r in rows if r.case == case and r.tool == "colporteur"), 0.0)
                print(f"({case}) {NAMES[case]}")
                for row in (r for r in rows if r.case == case):
                    ratio = f"{row.seconds / ours:5.1f} ×" if ours else ""
                    print(f"  {row.tool:<11}{row.seconds:8.2f} s{ratio:>9}  CPU {row.controller_cpu_s:6.2f} s  {row.bytes / 1e6:8.1f} MB")
            print("  ".join(f"peak memory at {n} devices: {mb} MB" for n, mb in self.peak.items()))
        for name in self.missing:
            print(f"{name} n’est pas installé : {HOW}", file=sys.stderr)
        for text in self.wrong:
            print(f"FAUX : {text}", file=sys.stderr)


def _host_key(device: LabDevice) -> str:
    """The key the device was started with (its disk, not its word)."""
    connection = SshTransport(lab.private_key()).connect(Target(device.address))
    try:
        written = (device.written / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()
        assert connection.host_key == " ".join(written[:2])
        return connection.host_key
    finally:
        connection.close()


def _median(rows: list[Row]) -> Row:
    middle = statistics.median_low([r.seconds for r in rows])
    return next(r for r in rows if r.seconds == middle)
