"""Steps that several operations share: clock, accounts, content, applications.

Guarantees: each computes the difference first and has nothing to do when there is none; each can be done again after a cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fleet.errors import DeviceError
from fleet.i18n import _
from fleet.operations.desired import Wanted
from fleet.operations.difference import Difference, difference
from fleet.operations.engine import Data, Engine, Step
from fleet.operations.facts import PACKAGES, parse_packages
from fleet.operations.manifest import Entry

CLOCK_OFF = 120  # seconds
INSTALLERS = "/var/cache/colporteur"


def clock_step(engine: Engine) -> Step:
    """Set the device's clock when it is two minutes off; it goes first, since files are dated."""

    def prepare() -> Data | None:
        if engine.facts.volume:  # a plugged-in disk has none
            return None
        off = engine.facts.clock - int(engine.tools.now().timestamp())
        return {"off": off} if abs(off) > CLOCK_OFF else None

    def act(_intent: Data) -> Data:
        engine.link.set_clock(int(engine.tools.now().timestamp()))
        engine.fresh()
        left = abs(engine.facts.clock - int(engine.tools.now().timestamp()))
        if left > CLOCK_OFF:
            raise DeviceError(_("{name} garde une horloge fausse : sa pile est peut-être à changer.").format(name=engine.job.device.name))
        return {"corrected": 1}

    return Step("clock", prepare, act, must=False)


def accounts_step(engine: Engine) -> Step:
    """Remove the accounts that must not exist, with their homes."""

    def present() -> list[str]:
        return [name for name in engine.job.profile.accounts_absent if engine.facts.account(name)]

    def prepare() -> Data | None:
        names = present()
        return {"accounts": len(names)} if names else None

    def act(_intent: Data) -> Data:
        names = present()
        people = [a.uid for a in engine.facts.accounts if a.name in names]
        engine.link.clean([], people, False)
        for name in names:
            code, _said = engine.link.run(["userdel", "-r", "-f", name])
            if code not in (0, 6, 12):  # 6: gone already; 12: its home was not there
                raise DeviceError(
                    _("{name} : le compte « {name2} » ne s’enlève pas (code {code}).").format(
                        name=engine.job.device.name, name2=name, code=code
                    )
                )
        engine.fresh()
        if present():
            raise DeviceError(_("{name} : un compte qui devait disparaître est encore là.").format(name=engine.job.device.name))
        engine.changed += len(names)
        return {"accounts": len(names)}

    return Step("accounts", prepare, act)


def content_step(engine: Engine, exact: Callable[[], Sequence[str]], look: Callable[[], Mapping[str, Entry]]) -> Step:
    """Make the content equal: remove what must go below `exact`, send what differs, in one stream."""

    def compute() -> Difference:
        found = look()
        return difference(engine.wanted(found), found, tuple(exact()), engine.facts, engine.tools.driver.tolerated)

    plan: list[Difference] = []

    def prepare() -> Data | None:
        plan[:] = [compute()]
        return _counts(plan[0]) if plan[0] else None

    def act(_intent: Data) -> Data:
        todo = plan.pop() if plan else compute()
        engine.total = todo.bytes
        engine.link.apply(todo.remove, todo.changes, engine.tools.compressor)
        engine.changed += len(todo.remove) + len(todo.changes)
        return _counts(todo)

    return Step("content", prepare, act)


def _counts(todo: Difference) -> dict[str, Any]:
    return {"remove": len(todo.remove), "write": len(todo.changes), "bytes": todo.bytes}


def apps_step(engine: Engine) -> Step:
    """Install the packages that are missing or of another version, from files of this computer."""

    def missing() -> list[int]:
        installed = parse_packages(engine.facts.files.get(PACKAGES, ""))
        apps = engine.job.profile.apps
        return [i for i, a in enumerate(apps) if a.package not in installed or (a.version and installed[a.package] != a.version)]

    def prepare() -> Data | None:
        found = missing()
        return {"apps": len(found)} if found else None

    def act(_intent: Data) -> Data:
        wanted: dict[str, Wanted] = {}
        for app in (engine.job.profile.apps[i] for i in missing()):
            if not app.file:
                raise DeviceError(
                    _("{name} : il manque « {package} », qui vient avec l’image du système : mettez-la à jour.").format(
                        name=engine.job.device.name, package=app.package
                    )
                )
            wanted[f"{INSTALLERS}/{app.id}.deb"] = engine.tools.installer(app)
        todo = difference(wanted, {}, (), engine.facts)
        engine.link.apply((), todo.changes, engine.tools.compressor)
        code, _said = engine.link.run(["dpkg", "--force-confnew", "-i", *wanted])
        engine.link.clean(list(wanted), [], False)
        engine.fresh()
        if code or missing():
            raise DeviceError(_("{name} : une application ne s’installe pas (code {code}).").format(name=engine.job.device.name, code=code))
        engine.changed += len(wanted)
        return {"apps": len(wanted)}

    return Step("apps", prepare, act)
