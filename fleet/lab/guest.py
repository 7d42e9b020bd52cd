"""A test device that is a whole computer: the system image of `images/` in QEMU, with a kernel, a disk and a device mapper of its own.

Guarantees: the image is built once and kept in the user's cache under a name that depends on everything it is made of; a guest works
on a copy of the disk, which is a plain file that a witness reads from outside; no guest outlives its `with`. What is missing on
this computer is a DataError that says what to install.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from fleet.errors import DataError, DeviceError
from fleet.i18n import _

IMAGES = Path(__file__).resolve().parents[2] / "images"
TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "mmdebstrap": "mmdebstrap",
    "mksquashfs": "squashfs-tools",
    "sfdisk": "fdisk",
    "mke2fs": "e2fsprogs",
    "ssh-keygen": "openssh-client",
}
KERNEL = (
    "console=ttyS0 root=PARTLABEL=root_a rootfstype=squashfs ro quiet loglevel=4 mitigations=off panic=-1 tsc=reliable no_timer_check "
    "net.ifnames=0 systemd.show_status=0 init_on_free=1"
)
MEMORY_MB = 512


def need_tools() -> None:
    """Raise DataError naming the packages to install."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted(package for tool, package in TOOLS.items() if shutil.which(tool, path=path) is None)
    if missing:
        raise DataError(_("Il manque des paquets : « apt-get install --no-install-recommends {listed} ».").format(listed=" ".join(missing)))


def cache_folder() -> Path:
    """Where images are kept (XDG Base Directory)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colporteur" / "images"


def ensure_image(timeout: float = 400.0) -> Path:
    """Return the folder of an image (disk.img, vmlinuz, initrd, key), building it when it is not in the cache; needs root to build."""
    need_tools()
    recipe = [path for path in sorted(IMAGES.rglob("*")) if path.is_file() and "profiles" not in path.parts]
    digest = hashlib.sha256(b"".join(str(p.relative_to(IMAGES)).encode() + b"\0" + p.read_bytes() for p in recipe))
    target = cache_folder() / digest.hexdigest()[:16]
    if (target / "disk.img").is_file():
        return target
    if os.geteuid() != 0:
        raise DataError(_("L’image se construit avec les droits de root : relancez avec « sudo »."))
    for left in cache_folder().glob(".building-*"):
        if not Path("/proc", left.name.removeprefix(".building-")).exists():  # of a build that was killed
            shutil.rmtree(left, ignore_errors=True)
    building = target.with_name(f".building-{os.getpid()}")
    building.mkdir(parents=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "colporteur-essai", "-f", str(building / "key")]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    environment = os.environ | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    build = ["sh", str(IMAGES / "build.sh"), str(building), str(building / "key.pub")]
    try:
        subprocess.run(build, capture_output=True, text=True, check=True, timeout=timeout, env=environment)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(building, ignore_errors=True)
        said = error.stderr.strip()[-400:] if isinstance(error, subprocess.CalledProcessError) else f"> {timeout:.0f} s"
        raise DataError(_("L’image ne se construit pas : {value}").format(value=said)) from error
    for old in cache_folder().glob("[0-9a-f]*"):
        shutil.rmtree(old, ignore_errors=True)
    building.rename(target)
    return target


class Guest:
    """A running guest; `port` is its SSH server on 127.0.0.1, `disk` its whole disk. A context manager."""

    def __init__(self, image: Path, folder: Path, disks: Sequence[Path] = ()) -> None:
        self.folder, self.disk, self.key = folder, folder / "disk.img", image / "key"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--sparse=always", str(image / "disk.img"), str(self.disk)], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._log = (folder / "qemu.log").open("wb")
        self._process = subprocess.Popen(self._command(image, disks), stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def _command(self, image: Path, disks: Sequence[Path]) -> list[str]:
        command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max", "-smp", "2", "-m", str(MEMORY_MB)]
        command += ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35,usb=off,vmport=off,smm=off"]
        command += ["-kernel", str(image / "vmlinuz"), "-initrd", str(image / "initrd"), "-append", KERNEL]
        command += ["-serial", f"file:{self.folder / 'serial.log'}", "-qmp", f"unix:{self.folder / 'qmp'},server=on,wait=off"]
        command += ["-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:22", "-device", "virtio-net-pci,netdev=net"]
        for number, disk in enumerate([self.disk, *disks]):
            command += ["-drive", f"if=none,id=disk{number},file={disk},format=raw,cache=unsafe,discard=ignore"]
            command += ["-device", f"virtio-blk-pci,drive=disk{number}"]
        return [*command, "-device", "virtio-rng-pci"]

    def __enter__(self) -> Guest:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.power_off()

    def wait(self, timeout: float = 300.0) -> None:
        """Wait for the SSH server; DeviceError with the console's last words when it does not come."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2.0) as link:
                link.settimeout(5.0)
                if link.recv(4) == b"SSH-":
                    return
            time.sleep(0.2)
        serial = self.folder / "serial.log"
        said = serial.read_text("utf-8", "replace")[-600:] if serial.exists() else ""
        raise DeviceError(
            _("La machine d’essai ne démarre pas : {value}").format(value=said or (self.folder / "qemu.log").read_text()[-400:])
        )

    def memory(self) -> bytes:
        """Everything in the guest's memory, as this computer sees it."""
        target = self.folder / "memory.bin"
        self._ask("pmemsave", val=0, size=MEMORY_MB << 20, filename=str(target))
        data = target.read_bytes()
        target.unlink()
        return data

    def power_off(self) -> None:
        """Cut the power."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _ask(self, command: str, **arguments: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60.0)
            link.connect(str(self.folder / "qmp"))
            with link.makefile("rw") as lines:
                lines.readline()
                for request in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
                    lines.write(json.dumps(request) + "\n")
                    lines.flush()
                    answer: dict[str, Any] = {}
                    while "return" not in answer and "error" not in answer:
                        answer = json.loads(lines.readline())
                if "error" in answer:
                    raise DeviceError(_("QEMU : {get}").format(get=answer["error"].get("desc", "?")))
                return answer["return"]
