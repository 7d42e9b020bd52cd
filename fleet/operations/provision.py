"""`provision`: make a device what its profile asks for; nothing to do is nothing done.

Guarantees: what is equal is left alone and not journalled; what was changed is read back, hashed behind a salt the device could not
know; folders that only a reset empties are not touched. A reset, which proves something to a third party, reads back over a
fresh connection; provisioning reads back over the one it has, which halves its time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fleet.errors import DeviceError
from fleet.operations.common import accounts_step, apps_step, clock_step, content_step
from fleet.operations.difference import difference
from fleet.operations.engine import Data, Engine, Step
from fleet.operations.manifest import Entry, outermost
from fleet.operations.outcome import End, Outcome
from fleet.operations.tools import Job, Tools


@dataclass(slots=True)
class Provision:
    """The provisioning of one device."""

    engine: Engine
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, tools: Tools, job: Job) -> Provision:
        """Begin, or go on with what an earlier run left."""
        return cls(Engine(tools, job, "provision"))

    def run(self) -> Outcome:
        """Provision the device; the errors of `Engine.execute` pass through."""
        engine = self.engine
        steps = [
            clock_step(engine),
            accounts_step(engine),
            content_step(engine, lambda: engine.desired.exact, self.look),
            apps_step(engine),
            Step("read-back", self.prepare_read_back, self.read_back),
        ]
        try:
            engine.execute(steps)
            end = End.DONE if engine.run_id else End.UNCHANGED
            battery, image = engine.facts.battery, engine.facts.image
            engine.finish(end.value)
            seconds = time.monotonic() - self.started
            resumed = engine.resumed is not None
            return Outcome(engine.job.device.id, end, (), None, engine.changed, engine.link.traffic, seconds, resumed, battery, image)
        finally:
            engine.link.close()

    def look(self, salt: bytes = b"") -> dict[str, Entry]:
        """List what the profile is about."""
        return self.engine.link.manifest(outermost(self.engine.roots), salt)

    def prepare_read_back(self) -> Data | None:
        """Only when something was done."""
        return {} if self.engine.run_id else None

    def read_back(self, _intent: Data) -> Data:
        """Compare again."""
        engine = self.engine
        engine.ask_again()
        found = self.look(engine.tools.salt)
        left = difference(engine.wanted(found, salted=True), found, engine.desired.exact, engine.facts, engine.tools.driver.tolerated)
        if left:
            count = len(left.changes) + len(left.remove)
            raise DeviceError(f"{engine.job.device.name} : à la relecture, {count} différences avec ce qui a été demandé. Relancez.")
        return {"files": len(found)}
