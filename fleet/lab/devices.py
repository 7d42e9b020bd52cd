"""Starting, stopping and cleaning up test devices.

Guarantees: `up` is repeatable (devices that run are left alone); `power_cut` kills every process of a device and keeps its
disk; `down` removes every trace by name, whatever state `up` was left in. Needs root, and says so in French.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fleet.errors import DataError, DeviceError, NeedsRoot
from fleet.i18n import _
from fleet.lab.base import ensure_base
from fleet.lab.names import BRIDGE, MAX_DEVICES, PREFIX, ROOT, SUBNET, LabDevice

KEY = ROOT / "key"
TOOLS = ("ip", "unshare", "setsid", "setpriv", "mount", "umount", "chroot", "nsenter", "sshd", "avahi-daemon")
# Rights a device must not have, since its kernel is this computer's: the clock, modules, raw disks, kernel log, device nodes.
DROPPED = "-sys_time,-sys_module,-sys_rawio,-syslog,-mknod,-sys_boot"

_INIT = """#!/bin/sh
# First process of a test device: its root, then its services.
set -e
cd {folder}
mkdir -p root
mount -t overlay overlay -o lowerdir={base},upperdir={disk}/upper,workdir={disk}/work root
cd root
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777,size=64m tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in "null 3" "zero 5" "full 7" "random 8" "urandom 9"; do
    set -- $node; mknod -m 666 dev/$1 c 1 $2
done
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm run/sshd run/avahi-daemon run/lock
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts; ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777,size=16m tmpfs dev/shm
cat {boot_id} >run/boot_id
mount --bind run/boot_id proc/sys/kernel/random/boot_id
hostname "$(cat etc/hostname)"
[ ! -x etc/lab-boot ] || chroot . /etc/lab-boot
exec chroot . /usr/bin/setpriv --bounding-set={dropped} --inh-caps={dropped} /bin/sh -c '
[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
/usr/sbin/sshd -D & /usr/sbin/avahi-daemon --no-chroot --no-drop-root & while :; do wait; sleep 1; done'
"""


def need_root() -> None:
    """Raise NeedsRoot with what to type when this is not root, DataError when a tool is missing."""
    if os.geteuid() != 0:
        raise NeedsRoot(_("Les appareils d’essai ont besoin des droits de root : relancez avec « sudo »."))
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    if missing:
        raise DataError(
            _("Il manque {listed} : installez-les avec « apt-get install openssh-server avahi-daemon iproute2 util-linux ».").format(
                listed=", ".join(missing)
            )
        )


def run(*command: str, text: str | None = None, check: bool = True) -> str:
    """Run one command of this computer and return what it printed; DeviceError when it fails and `check`."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
    if check and done.returncode:
        raise DeviceError(_("« {listed} » a échoué : {value}").format(listed=" ".join(command[:4]), value=done.stderr.strip()[:300]))
    return done.stdout


def private_key() -> Path:
    """Return the path of the laboratory's own SSH key, made at its first use."""
    if not KEY.exists():
        ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        KEY.with_suffix(".pub").write_bytes(public + b" colporteur-lab\n")
        temporary = KEY.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        temporary.rename(KEY)
    return KEY


def up(
    count: int,
    disk_mb: int = 512,
    peers: bool = False,
    timeout: float = 60.0,
    public_key: str = "",
    tell: Callable[[str, int], None] = lambda _stage, _done: None,
) -> list[LabDevice]:
    """Start devices 1 to `count` with disks of `disk_mb` MB; `peers` adds rsync and a whole Python for other tools.

    The laboratory's own key opens them all, and `public_key` too ("type base64"), so that a fleet can be tried on them.
    `tell` hears what is under way: "base" while their disk is made, then "started" and "ready" with how many are.
    """
    need_root()
    if not 1 <= count <= MAX_DEVICES:
        raise DataError(_("Le nombre d’appareils va de 1 à {MAX_DEVICES}.").format(MAX_DEVICES=MAX_DEVICES))
    tell("base", 0)
    base = ensure_base(peers)
    private_key()
    _bridge()
    devices = [LabDevice(n) for n in range(1, count + 1)]
    started = [device for device in devices if not processes(device)]
    keys = KEY.with_suffix(".pub").read_text() + (public_key + "\n" if public_key else "")
    for number, device in enumerate(started, 1):
        _prepare(device, disk_mb, base, keys)
        plug(device)
        power_on(device)
        tell("started", number)
    wait_ready(devices, timeout, lambda ready: tell("ready", ready))
    return devices


def _bridge() -> None:
    if f" {BRIDGE}:" not in run("ip", "-o", "link", "show", "type", "bridge"):
        lines = (f"link add {BRIDGE} type bridge mcast_snooping 0", f"addr add {SUBNET}.1/24 dev {BRIDGE}", f"link set {BRIDGE} up")
        run("ip", "-batch", "-", text="\n".join(lines))


def _prepare(device: LabDevice, disk_mb: int, base: Path, keys: str) -> None:
    device.disk.mkdir(parents=True, exist_ok=True)
    if not device.disk.is_mount():
        run("mount", "-t", "tmpfs", "-o", f"size={disk_mb}m,mode=755", f"{PREFIX}disk", str(device.disk))
    for name in ("upper/etc/ssh", "upper/etc/avahi/services", "upper/root/.ssh", "upper/etc/colporteur", "work"):
        (device.disk / name).mkdir(parents=True, exist_ok=True)
    (device.written / "root").chmod(0o700)
    (device.written / "root/.ssh").chmod(0o700)
    (device.written / "root/.ssh/authorized_keys").write_text(keys)
    (device.written / "etc/hostname").write_text(device.name + "\n")
    (device.written / "etc/colporteur/serial").write_text(device.serial + "\n")
    announce(device, device.serial)
    (device.folder / "base").write_text(str(base))
    (device.folder / "disk-size").write_text(f"{disk_mb}m")


def announce(device: LabDevice, serial: str) -> None:
    """Write what avahi says of the device."""
    (device.written / "etc/avahi/services/colporteur.service").write_text(
        '<service-group><name replace-wildcards="yes">%h</name><service><type>_colporteur._tcp</type><port>22</port>'
        f"<txt-record>serial={serial}</txt-record><txt-record>model=kiosk</txt-record></service></service-group>\n"
    )


def plug(device: LabDevice) -> None:
    """Give the device its network namespace and its cable to the bridge."""
    if Path("/run/netns", device.namespace).exists():
        return
    run("ip", "netns", "add", device.namespace)
    host = (
        f"link add {device.link} type veth peer name eth0 netns {device.namespace}",
        f"link set {device.link} master {BRIDGE} up",
    )
    inside = (
        "link set lo up",
        f"addr add {device.address}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {SUBNET}.1",
    )
    run("ip", "-batch", "-", text="\n".join(host))
    run("ip", "-n", device.namespace, "-batch", "-", text="\n".join(inside))


def power_on(device: LabDevice) -> None:
    """Start the device's first process, as a switch would."""
    boot_id = device.folder / "boot-id"
    boot_id.write_bytes(Path("/proc/sys/kernel/random/uuid").read_bytes())
    base = (device.folder / "base").read_text()
    init = device.folder / "init"
    init.write_text(_INIT.format(folder=device.folder, base=base, disk=device.disk, boot_id=boot_id, dropped=DROPPED))
    unshare = ("unshare", "-m", "-u", "-i", "-p", "-f", "--kill-child", "/bin/sh", str(init))
    with (device.folder / "log").open("ab") as log:
        command = ["setsid", "--fork", "ip", "netns", "exec", device.namespace, *unshare]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True, timeout=20)


def processes(device: LabDevice) -> list[int]:
    """Return the processes that run in the device, as this computer numbers them."""
    if not Path("/run/netns", device.namespace).exists():
        return []
    return [int(pid) for pid in run("ip", "netns", "pids", device.namespace, check=False).split()]


def server(device: LabDevice) -> int:
    """Return the process of the device's SSH server, the first of that name; DataError when the device is off."""
    for pid in sorted(processes(device)):
        with suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == "sshd":
                return pid
    raise DataError(_("{name} est éteint.").format(name=device.name))


def inside(device: LabDevice) -> Path:
    """Return the device's root as the device sees it: what it writes now is read there at once."""
    return Path(f"/proc/{server(device)}/root")


def power_cut(device: LabDevice) -> None:
    """Kill everything in the device at once; its disk stays as it is."""
    deadline = time.monotonic() + 20
    while pids := processes(device):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise DeviceError(_("{name} ne s’éteint pas.").format(name=device.name))
        time.sleep(0.01)


def wait_ready(devices: Iterable[LabDevice], timeout: float = 60.0, tell: Callable[[int], None] = lambda _ready: None) -> None:
    """Wait until every device's SSH server answers; DeviceError names those that do not."""
    deadline = time.monotonic() + timeout
    waiting = list(devices)
    count = len(waiting)
    while waiting:
        waiting = [device for device in waiting if not _answers(device)]
        tell(count - len(waiting))
        if waiting and time.monotonic() > deadline:
            names = ", ".join(device.name for device in waiting[:5])
            raise DeviceError(
                _("Ces appareils d’essai ne démarrent pas : {names}. Voir {folder}/log.").format(names=names, folder=waiting[0].folder)
            )
        time.sleep(0.02 if waiting else 0)


def _answers(device: LabDevice) -> bool:
    with suppress(OSError), socket.create_connection((device.address, 22), timeout=1.0) as link:
        link.settimeout(5.0)
        return link.recv(4) == b"SSH-"
    return False


def existing() -> list[LabDevice]:
    """Return the devices that have a folder or a namespace, running or not."""
    numbers = {int(p.name) for p in (ROOT / "devices").glob("*") if p.name.isdigit()}
    numbers |= {int(p.name.removeprefix(PREFIX)) for p in Path("/run/netns").glob(f"{PREFIX}*") if p.name.removeprefix(PREFIX).isdigit()}
    return [LabDevice(n) for n in sorted(numbers)]


def down() -> int:
    """Stop and remove every device, cable, mount and folder of the laboratory; return how many devices there were."""
    need_root()
    devices = existing()
    for device in devices:
        power_cut(device)
    for device in devices:
        run("ip", "netns", "del", device.namespace, check=False)
        run("ip", "link", "del", device.link, check=False)
    run("ip", "link", "del", BRIDGE, check=False)
    for mount in sorted(_mounts(), key=len, reverse=True):
        run("umount", "-l", mount, check=False)
    if ROOT.exists() and not _mounts():
        shutil.rmtree(ROOT)
    return len(devices)


def _mounts() -> list[str]:
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [m for m in (line.split()[1] for line in lines) if re.match(rf"{ROOT}(/|$)", m)]
