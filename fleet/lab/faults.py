"""What can be broken in a test device, and mended again.

Guarantees: each fault is done to the real thing (the link, the processes, the disk, the server's key, the interpreter), never
inside Fleet; `mend` undoes every fault of a device and leaves its disk's content; breaking twice is breaking once.
"""

from __future__ import annotations

import re
import shutil
from enum import StrEnum
from pathlib import Path

from fleet.errors import DataError
from fleet.i18n import Words, _
from fleet.lab.devices import announce, existing, power_cut, power_on, processes, run, server, wait_ready
from fleet.lab.names import LabDevice


class Fault(StrEnum):
    """The name typed after `lab break`."""

    CABLE = "cable"  # the link goes down: packets vanish, nothing is refused
    POWER = "power"  # every process dies at once, the disk stays
    REBOOT = "reboot"  # power cut, then on again
    FULL_DISK = "full-disk"
    READ_ONLY = "read-only"
    CLOCK = "clock"  # the clock stands in 2016
    HOST_KEY = "host-key"  # another host key, as after a stranger's reinstallation
    SAME_NAME = "same-name"  # the name of the device numbered one before (or after the first)
    SAME_SERIAL = "same-serial"  # announces that device's serial too
    LIAR_KEEPS = "liar-keeps"  # reports every deletion as done and deletes nothing
    LIAR_RESTORES = "liar-restores"  # puts what was deleted back at the next log-in
    LIAR_HIDES = "liar-hides"  # deletes nothing, and no longer lists what it should have deleted


LABELS: Words[Fault] = Words(
    {
        Fault.CABLE: "câble débranché",
        Fault.POWER: "coupure de courant",
        Fault.REBOOT: "redémarrage",
        Fault.FULL_DISK: "disque plein",
        Fault.READ_ONLY: "disque en lecture seule",
        Fault.CLOCK: "horloge fausse",
        Fault.HOST_KEY: "clé d’hôte changée",
        Fault.SAME_NAME: "même nom qu’un autre",
        Fault.SAME_SERIAL: "même numéro de série annoncé qu’un autre",
        Fault.LIAR_KEEPS: "prétend effacer et n’efface rien",
        Fault.LIAR_RESTORES: "remet ce qui a été effacé à la connexion suivante",
        Fault.LIAR_HIDES: "n’efface rien et cache ce qui reste",
    }
)
LIARS = (Fault.LIAR_KEEPS, Fault.LIAR_RESTORES, Fault.LIAR_HIDES)

# Stands in front of the interpreter: the code Fleet sends is run unchanged after these lines.
_WRAPPER = """#!/bin/sh
for last; do :; done
exec {python} -IS -c 'import sys
exec(compile(open("/usr/lib/lab-prelude.py").read(), "prelude", "exec"))
exec(sys.argv[1])' "$last"
"""
_CLOCK = """
import os, time
_real, _file = time.time, "/etc/lab-clock"
def _shift():
    try:
        return float(open(_file).read())
    except OSError:
        return 0.0
time.time = lambda: _real() + _shift()
def _set(clock, value):
    with open(_file, "w") as f:
        f.write(str(value - _real()))
time.clock_settime = _set
"""
_KEEPS = """
import os
os.unlink = os.remove = os.rmdir = lambda *a, **k: None
os.truncate = os.ftruncate = lambda *a, **k: None
"""
_RESTORES = """
import os
_unlink, _bin = os.unlink, "/var/lib/recycle"
def _keep(path, *a, **k):
    name = os.fsdecode(path)
    if name.startswith(("/home/", "/var/tmp/")) and ".colporteur-" not in name.replace("/.colporteur-mark", ""):
        target = _bin + name
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(path, target)
    else:
        _unlink(path, *a, **k)
os.unlink = os.remove = _keep
_open = os.open
os.truncate = os.ftruncate = lambda *a, **k: None
"""
_HIDES = """
import os
_scan, _gone = os.scandir, set()
try:
    _gone.update(open("/var/lib/lab-gone", "rb").read().split(b"\\0"))
except OSError:
    pass
def _pretend(path, *a, **k):
    _gone.add(os.path.abspath(os.fsencode(path)))
    with open("/var/lib/lab-gone", "wb") as f:
        f.write(b"\\0".join(_gone))
os.unlink = os.remove = os.rmdir = _pretend
os.truncate = os.ftruncate = lambda *a, **k: None
class _Scan(list):
    def __enter__(self): return self
    def __exit__(self, *a): pass
    def close(self): pass
def _hide(path="."):
    with _scan(path) as found:
        return _Scan(e for e in found if os.path.abspath(os.fsencode(e.path)) not in _gone)
os.scandir = _hide
os.listdir = lambda path=".": [e.name for e in _hide(path)]
"""
_PRELUDES = {Fault.CLOCK: _CLOCK, Fault.LIAR_KEEPS: _KEEPS, Fault.LIAR_RESTORES: _RESTORES, Fault.LIAR_HIDES: _HIDES}
_SSHRC = "cd /var/lib/recycle 2>/dev/null && cp -a . / ; true\n"


def parse_device(text: str, devices: list[LabDevice] | None = None) -> LabDevice:
    """Read "3", "valise-03" or "LAB0003"; NotFound is left to the caller, DataError when it is none of those."""
    match = re.fullmatch(r"(?:valise-|LAB)?0*(\d{1,3})", text.strip())
    if not match:
        raise DataError(_("« {text} » n’est pas un appareil d’essai : tapez son numéro, par exemple 3.").format(text=text))
    device = LabDevice(int(match[1]))
    if device not in (existing() if devices is None else devices):
        raise DataError(_("L’appareil d’essai {number} n’existe pas : voyez « fleet lab list ».").format(number=device.number))
    return device


def break_device(fault: Fault, device: LabDevice) -> None:
    """Do `fault` to `device` now."""
    _broken(device).mkdir(exist_ok=True)
    (_broken(device) / fault.value).touch()
    if fault is Fault.CABLE:
        run("ip", "link", "set", device.link, "down")
    elif fault in (Fault.POWER, Fault.REBOOT):
        power_cut(device)
    elif fault is Fault.FULL_DISK:
        used = int(run("df", "-k", "--output=used", str(device.disk)).split()[-1])
        run("mount", "-o", f"remount,size={max(used, 64)}k", str(device.disk))
    elif fault is Fault.READ_ONLY:
        _remount(device, "ro")
    elif fault is Fault.HOST_KEY:
        _new_host_key(device)
    elif fault in (Fault.SAME_NAME, Fault.SAME_SERIAL):
        _same(fault, device)
    else:
        _wrap_python(fault, device)
    if fault is Fault.REBOOT:
        power_on(device)
        wait_ready([device])
        (_broken(device) / fault.value).unlink()


def faults_of(device: LabDevice) -> list[Fault]:
    """Return the faults done to `device` and not mended."""
    return [fault for fault in Fault if (_broken(device) / fault.value).exists()]


def mend(device: LabDevice) -> None:
    """Undo every fault of `device` and wait until it answers; its disk keeps its content (and its new host key)."""
    done = faults_of(device)
    for fault in done:
        if fault is Fault.CABLE:
            run("ip", "link", "set", device.link, "up")
        elif fault is Fault.FULL_DISK:
            run("mount", "-o", f"remount,size={(device.folder / 'disk-size').read_text()}", str(device.disk))
        elif fault is Fault.READ_ONLY and processes(device):
            _remount(device, "rw")
        elif fault in (Fault.SAME_NAME, Fault.SAME_SERIAL):
            (device.written / "etc/hostname").write_text(device.name + "\n")
            announce(device, device.serial)
            power_cut(device)
        elif fault in _PRELUDES:
            if not processes(device):
                power_on(device)
                wait_ready([device])
            _unwrap_python(device)
        (_broken(device) / fault.value).unlink()
    if not processes(device):
        power_on(device)
    wait_ready([device])


def _broken(device: LabDevice) -> Path:
    return device.folder / "broken"


def _inside(device: LabDevice, *command: str) -> None:
    """Run a command in the namespaces of the device's SSH server."""
    run("nsenter", "-t", str(server(device)), "-m", "-p", "-u", "-r", "--", *command)


def _remount(device: LabDevice, how: str) -> None:
    """Change the device's root in its own mount namespace, with this computer's `mount`: the device has none."""
    run("nsenter", "-t", str(server(device)), "-m", "--", "mount", "-o", f"remount,{how}", str(device.folder / "root"))


def _new_host_key(device: LabDevice) -> None:
    power_cut(device)
    for path in (device.written / "etc/ssh").glob("ssh_host_ed25519_key*"):
        path.unlink()
    power_on(device)
    wait_ready([device])


def _same(fault: Fault, device: LabDevice) -> None:
    other = LabDevice(device.number - 1 if device.number > 1 else 2)
    power_cut(device)
    (device.written / "etc/hostname").write_text(other.name + "\n")
    announce(device, other.serial if fault is Fault.SAME_SERIAL else device.serial)
    power_on(device)
    wait_ready([device])


def _wrap_python(fault: Fault, device: LabDevice) -> None:
    real = "/usr/bin/" + run("readlink", (device.folder / "base").read_text() + "/usr/bin/python3").strip()
    files = {"usr/lib/lab-prelude.py": _PRELUDES[fault], "usr/bin/python3": _WRAPPER.format(python=real)}
    if fault is Fault.CLOCK:
        files["etc/lab-clock"] = "-315576000"  # ten years
    if fault is Fault.LIAR_RESTORES:
        files["etc/ssh/sshrc"] = _SSHRC
    for path, text in files.items():
        _write_inside(device, path, text)


def _unwrap_python(device: LabDevice) -> None:
    real = run("readlink", (device.folder / "base").read_text() + "/usr/bin/python3").strip()
    _inside(device, "/bin/sh", "-c", f"ln -sf {real} /usr/bin/python3; rm -rf /etc/ssh/sshrc /etc/lab-clock /usr/lib/lab-prelude.py")
    _inside(device, "/bin/sh", "-c", "rm -rf /var/lib/recycle /var/lib/lab-gone")


def _write_inside(device: LabDevice, path: str, text: str) -> None:
    """Write through the device's own mounts: what is behind an overlay must not be changed from outside while it runs."""
    source = device.folder / "write"
    source.write_text(text)
    target = f"/proc/{server(device)}/root/{path}"
    run("rm", "-f", target)
    shutil.copyfile(source, target)
    run("chmod", "755", target)
