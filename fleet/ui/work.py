"""The bench's own threads: one reads the inventory, one runs a reset; the screen only ever receives snapshots.

Guarantees: nothing here waits on the drawing thread, nor makes it wait; `snapshot` is the newest one, `changed` is called from
any thread when there is a newer one; closing lets a run stop at its step, from where the next one goes on.
"""

from __future__ import annotations

import argparse
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from fleet.calendar import local_day
from fleet.cli.by_hand import attest_by_hand
from fleet.cli.console import Console
from fleet.cli.context import Context
from fleet.drivers.checklist import questions
from fleet.errors import FleetError
from fleet.model import LENDABLE, PAIRED, Device, DeviceState, Profile, Verdict
from fleet.operations.outcome import GOOD, Progress
from fleet.profiles import ProfileFolder
from fleet.store.loans import Loans
from fleet.ui.snapshot import EMPTY, BenchSnapshot, Tile, Tone, bench_snapshot, likeliest

EVERY = 1.0  # seconds between two looks at the inventory: another window may write too
RUNNING = 0.2  # the same while a reset runs


class BenchWork:
    """What the screen asks of the fleet."""

    def __init__(self, context: Context, changed: Callable[[], None] = lambda: None) -> None:
        self.context, self.changed = context, changed
        self.snapshot: BenchSnapshot = EMPTY
        self.trouble = ""  # a French sentence, shown until the next deed
        self._case_id = ""
        self._progress: dict[str, Progress] = {}
        self._profiles: dict[str, Profile | None] = {}
        self._lock = threading.Lock()
        self._wake, self._end = threading.Event(), threading.Event()
        self._reader = threading.Thread(target=self._read_often, name="bench", daemon=True)
        self._runner: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._reader.start()

    def choose(self, case_id: str) -> None:
        """Put another case on the screen; not while one is being reset."""
        if case_id and not self.running:
            with self._lock:
                self._case_id, self._progress, self.trouble = case_id, {}, ""
            self._wake.set()

    @property
    def running(self) -> bool:
        """True while a reset runs."""
        return self._runner is not None and self._runner.is_alive()

    def reset(self, case_id: str) -> None:
        """Reset a case, as `fleet reset` does; a second press while it runs does nothing."""
        if self.running:
            return
        with self._lock:
            self._progress, self.trouble = {}, ""
        self._runner = threading.Thread(target=self._run, args=(case_id,), name="bench-reset")
        self._runner.start()
        self._wake.set()

    def close(self) -> None:
        """Stop looking; a reset that runs is waited for by the interpreter, device by device."""
        self._end.set()
        self._wake.set()
        if self._reader.is_alive():
            self._reader.join()

    def read(self) -> BenchSnapshot:
        """Look now, in the caller's thread; several at once would share the inventory's lock."""
        inventory, today = self.context.inventory, local_day(self.context.now())
        cases = inventory.cases()
        if not cases:
            return EMPTY
        loans = Loans(inventory).active()
        with self._lock:
            wanted, progress = self._case_id, dict(self._progress)
        devices = inventory.devices()
        case = next((c for c in cases if c.id == wanted), None) or likeliest(cases, devices, loans, today)
        theme = next((t.label for t in inventory.themes() if t.id == case.theme_id), "")
        libraries = {library.id: library for library in inventory.libraries()}
        mine = [device for device in devices if device.case_id == case.id]
        made = bench_snapshot(case, cases, theme, mine, loans, libraries, progress, self.running, today)
        made = replace(made, tiles=tuple(self._asked(tile, device) for tile, device in self._pairs(made, mine)))
        return replace(made, where=self.trouble) if self.trouble else made

    def _pairs(self, made: BenchSnapshot, devices: list[Device]) -> list[tuple[Tile, Device]]:
        known = {device.id: device for device in devices}
        return [(tile, known[tile.device_id]) for tile in made.tiles]

    def _asked(self, tile: Tile, device: Device) -> Tile:
        """What a person is asked of a device that no program can talk to."""
        by_hand = device.driver not in PAIRED and device.condition in LENDABLE and tile.tone is not Tone.GOOD and tile.word != "En prêt"
        return replace(tile, questions=questions(self._profile(device))) if by_hand else tile

    def _profile(self, device: Device) -> Profile | None:
        profile_id = self.context.inventory.profile_id(device)
        if profile_id not in self._profiles:
            try:
                self._profiles[profile_id] = ProfileFolder().load(profile_id) if profile_id else None
            except FleetError as error:
                self.trouble, self._profiles[profile_id] = str(error), None
        return self._profiles[profile_id]

    def answer(self, device_id: str, answers: Mapping[str, bool]) -> None:
        """Keep what a person said of a device, as a signed attestation."""
        if not self.running:
            self._runner = threading.Thread(target=self._attest, args=(device_id, dict(answers)), name="bench-attest")
            self._runner.start()

    def _attest(self, device_id: str, answers: dict[str, bool]) -> None:
        try:
            inventory = self.context.inventory
            device = inventory.device(device_id)
            source = inventory.case(device.case_id).name if device.case_id else ""
            signed = attest_by_hand(self.context, device, self._profile(device), answers, source)
            self.trouble = "" if signed.attestation.verdict is Verdict.CLEAN else " ".join(signed.attestation.reasons)
        except FleetError as error:
            self.trouble = str(error)
        finally:
            self._wake.set()

    def _read_often(self) -> None:
        while not self._end.is_set():
            try:
                snapshot = self.read()
            except FleetError as error:
                snapshot = replace(self.snapshot, where=str(error))
            if snapshot != self.snapshot:
                self.snapshot = snapshot
                self.changed()
            self._wake.wait(RUNNING if self.running else EVERY)
            self._wake.clear()

    def _run(self, case_id: str) -> None:
        from fleet.cli.operating import Run, remember, select  # SSH is heavy: not before it is needed
        from fleet.operations.reset import Reset

        try:
            self.context.inventory.case(case_id)  # opened before it is shared
            quiet = replace(self.context, console=Console(json=True, out=io.StringIO(), err=io.StringIO()))
            name = self.context.inventory.case(case_id).name
            args = argparse.Namespace(case=name, device=[], profile=None, profiles=None, content=None, wait=60.0)
            work = Run(args, quiet, select(args, quiet), watch=self._heard)
            for device in work.devices:
                self.context.inventory.set_state(device.id, DeviceState.WORKING)
            outcomes = work.go(Reset.of)
            remember(quiet, outcomes, resets=True, before=work.devices)
            bad = [outcome for outcome in outcomes if outcome.end not in GOOD and outcome.reasons]
            if bad:
                self.trouble = bad[0].reasons[0] + (f" (et {len(bad) - 1} autres)" if len(bad) > 1 else "")
            elif work.by_hand:
                self.trouble = f"{len(work.by_hand)}\u00a0à vérifier à la main : fleet reset --device {work.by_hand[0].id}"
        except FleetError as error:
            self.trouble = str(error)
        except Exception as error:  # a defect of ours must not leave the screen saying that work goes on
            self.trouble = f"Erreur imprévue ({type(error).__name__}) : relancez, le travail reprendra où il était."
        finally:
            self._wake.set()

    def _heard(self, progress: Progress) -> None:
        with self._lock:
            self._progress[progress.device_id] = progress
