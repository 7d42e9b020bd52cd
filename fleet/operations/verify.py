"""`verify`: read a device and compare, changing nothing.

Guarantees: nothing is written on the device nor in its journal; everything is hashed behind a salt of this run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fleet.i18n import _, ngettext
from fleet.operations.difference import difference, extras
from fleet.operations.engine import Engine, Step
from fleet.operations.facts import PACKAGES, parse_packages
from fleet.operations.manifest import outermost
from fleet.operations.outcome import End, Outcome
from fleet.operations.tools import Job, Tools


@dataclass(slots=True)
class Verify:
    """The comparison of one device."""

    engine: Engine
    started: float = field(default_factory=time.monotonic)
    reasons: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, tools: Tools, job: Job) -> Verify:
        """Prepare."""
        return cls(Engine(tools, job, "verify"))

    def run(self) -> Outcome:
        """Compare; the errors of `Engine.execute` pass through."""
        engine = self.engine
        try:
            engine.execute(self.steps())
            end = End.DIFFERENT if self.reasons else End.EQUAL
            facts = engine.facts
            return Outcome(
                engine.job.device.id,
                end,
                tuple(self.reasons),
                bytes=engine.link.traffic,
                seconds=time.monotonic() - self.started,
                battery=facts.battery,
                image=facts.image,
                where=(engine.link.target.address, engine.link.target.port),
            )
        finally:
            engine.link.close()

    def steps(self) -> list[Step]:
        """The one step; it has no act, so that the journal is told nothing."""
        return [Step("read-back", self.compare, lambda _: {})]

    def compare(self) -> None:
        """Say what differs, in counts; never what a borrower's things are called."""
        engine, profile = self.engine, self.engine.job.profile
        engine.step = "read-back"
        engine.say()
        driver, facts = engine.tools.driver, engine.facts
        places = driver.places(facts, profile, engine.job.target.user)
        found = engine.link.manifest(outermost([*places, *engine.roots]), engine.tools.salt)
        wanted = engine.wanted(found, salted=True)
        left = difference(wanted, found, engine.desired.exact, facts, driver.tolerated)
        self.reasons.clear()
        self._count(
            len(left.changes), "fichier ou dossier n’est pas comme il doit être", "fichiers ou dossiers ne sont pas comme ils doivent être"
        )
        self._count(len(left.remove), "chose en trop dans les contenus", "choses en trop dans les contenus")
        traces = extras(wanted, found, places, driver.tolerated)
        self._count(len(traces), "trace là où un emprunteur en laisse", "traces là où un emprunteur en laisse")
        present = [name for name in profile.accounts_absent if facts.account(name)]
        self._count(len(present), "compte en trop", "comptes en trop")
        installed = parse_packages(facts.files.get(PACKAGES, ""))
        apps = [a for a in profile.apps if a.package not in installed or (a.version and installed[a.package] != a.version)]
        self._count(len(apps), "application manquante", "applications manquantes")
        if profile.image and facts.image and profile.image != facts.image:
            self.reasons.append(_("Image du système {image}, le profil demande {image2}.").format(image=facts.image, image2=profile.image))
        if profile.battery_min and facts.battery is not None and facts.battery < profile.battery_min:
            self.reasons.append(
                _("Batterie à {battery} %, il en faut {battery_min} %.").format(battery=facts.battery, battery_min=profile.battery_min)
            )

    def _count(self, count: int, one: str, many: str) -> None:
        if count:
            self.reasons.append(f"{count} {ngettext(one, many, count)}.")
