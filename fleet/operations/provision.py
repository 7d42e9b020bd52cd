"""`provision`: make a device what its profile asks for; nothing to do is nothing done.

Guarantees: what is equal is left alone and not journalled; what was changed is read back over a fresh connection, hashed behind a
salt the device could not know; folders that only a reset empties are not touched. When nothing was changed, one salted reading
over the line that is open is the comparison and the proof at once: there is nothing to read back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fleet.errors import DeviceError
from fleet.i18n import _
from fleet.operations.common import accounts_step, apps_step, clock_step, content_step
from fleet.operations.difference import Difference
from fleet.operations.engine import Data, Engine, Step
from fleet.operations.manifest import Entry, outermost
from fleet.operations.outcome import End, Outcome
from fleet.operations.tools import Job, Tools


@dataclass(slots=True)
class Provision:
    """The provisioning of one device."""

    engine: Engine
    started: float = field(default_factory=time.monotonic)
    found: dict[str, Entry] = field(default_factory=dict)
    left: Difference | None = None

    @classmethod
    def of(cls, tools: Tools, job: Job) -> Provision:
        """Begin, or go on with what an earlier run left."""
        return cls(Engine(tools, job, "provision"))

    def run(self) -> Outcome:
        """Provision the device; the errors of `Engine.execute` pass through."""
        engine = self.engine
        try:
            engine.execute(self.steps())
            end = End.DONE if engine.run_id else End.UNCHANGED
            battery, image = engine.facts.battery, engine.facts.image
            engine.finish(end.value)
            seconds = time.monotonic() - self.started
            resumed = engine.resumed is not None
            where = (engine.link.target.address, engine.link.target.port)
            return Outcome(
                engine.job.device.id, end, (), None, engine.changed, engine.link.traffic, seconds, resumed, battery, image, where
            )
        finally:
            engine.link.close()

    def steps(self) -> list[Step]:
        """All steps, in order."""
        engine = self.engine
        return [
            clock_step(engine),
            accounts_step(engine),
            content_step(engine, lambda: engine.desired.exact, self.look),
            apps_step(engine),
            Step("read-back", self.prepare_read_back, self.read_back),
        ]

    def look(self) -> dict[str, Entry]:
        """List what the profile is about."""
        return self.engine.look(outermost(self.engine.roots))

    def compare(self) -> Difference:
        """Read everything back, hashed behind the run's salt; over a fresh connection once something was changed."""
        engine = self.engine
        if engine.run_id:
            engine.fresh()
        else:
            engine.ask_again()
        self.found = engine.link.manifest(outermost(engine.roots), engine.tools.salt)
        self.left = engine.compare(self.found, engine.desired.exact)
        return self.left

    def prepare_read_back(self) -> Data | None:
        """Always done; told to the journal when something was changed, or has to be."""
        left = self.compare()
        return {"wrong": len(left.changes) + len(left.remove)} if left or self.engine.run_id else None

    def read_back(self, _intent: Data) -> Data:
        """Send again what is wrong, once."""
        engine = self.engine
        left = self.left if self.left is not None else self.compare()
        self.left = None
        if left:
            engine.repair(left, self.found)
            left = self.compare()
        if left:
            count = len(left.changes) + len(left.remove)
            raise DeviceError(
                _("{name} : à la relecture, {count} différences avec ce qui a été demandé. Relancez.").format(
                    name=engine.job.device.name, count=count
                )
            )
        return {"files": len(self.found)}
