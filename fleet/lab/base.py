"""The disk all test devices start from: a minimal Debian made of this machine's own packages, read-only, made once.

Guarantees: the tree holds exactly the files of a closed set of installed packages (openssh-server, avahi-daemon,
python3-minimal and the essential ones), so that a device has no more than a real minimal one; it appears whole or not at
all (temporary name, then rename); its name depends on the packages' versions and the image's. No network is used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fleet.errors import DataError

CACHE = Path("/var/cache/colporteur-lab")
SEEDS = ("openssh-server", "avahi-daemon", "python3-minimal", "libc-bin")
# What the tools that Fleet is measured against need on a device, and Fleet does not.
PEER_SEEDS = ("rsync", "python3")
VERSION = Path(__file__).resolve().parents[2] / "images" / "version"
RECIPE = "7"  # raise when the recipe below changes
SKIP = re.compile(r"^/usr/share/(doc|man|locale|info|lintian|i18n|bug|bash-completion|perl5?|zoneinfo)/|^/boot/|^/usr/lib/locale/")
MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")

_PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
avahi:x:102:102::/run/avahi-daemon:/usr/sbin/nologin
lecteur:x:1000:1000:Lecteur:/home/lecteur:/bin/bash
"""
_GROUP = """root:x:0:
daemon:x:1:
adm:x:4:
tty:x:5:
mail:x:8:
shadow:x:42:
utmp:x:43:
ssh:x:101:
avahi:x:102:
netdev:x:103:
lecteur:x:1000:
nogroup:x:65534:
"""
_SSHD = """HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 100:30:200
ClientAliveInterval 5
ClientAliveCountMax 3
Subsystem sftp /usr/lib/openssh/sftp-server
"""
_AVAHI = """[server]
use-ipv6=no
enable-dbus=no
allow-interfaces=eth0
disallow-other-stacks=no
[publish]
publish-workstation=no
[rlimits]
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One installed Debian package: what it needs, and the names it also answers to."""

    name: str
    version: str
    essential: bool
    depends: tuple[tuple[str, ...], ...]  # each a choice of names
    provides: tuple[str, ...]


def parse_packages(text: str) -> dict[str, Package]:
    """Read `dpkg-query` lines: name, version, essential, depends, provides, status, separated by tabs."""
    found: dict[str, Package] = {}
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) != 6 or fields[5] != "installed":
            continue
        name, version, essential, depends, provides, _status = fields
        choices = tuple(tuple(_bare(option) for option in choice.split("|")) for choice in depends.split(",") if choice.strip())
        found[name] = Package(name, version, essential == "yes", choices, tuple(_bare(p) for p in provides.split(",") if p.strip()))
    return found


def _bare(dependency: str) -> str:
    return re.split(r"[\s:(\[]", dependency.strip(), maxsplit=1)[0]


def closure(packages: Mapping[str, Package], seeds: Iterable[str]) -> list[str]:
    """Return the names of the seeds, the essential packages and all that they need, sorted; a missing seed raises DataError."""
    providers = {alias: package.name for package in packages.values() for alias in package.provides}
    missing = [seed for seed in seeds if seed not in packages]
    if missing:
        raise DataError(f"Il manque des paquets sur cet ordinateur : installez-les avec « apt-get install {' '.join(missing)} ».")
    wanted: set[str] = set()
    ahead = [*seeds, *(p.name for p in packages.values() if p.essential)]
    while ahead:
        name = ahead.pop()
        if name in wanted:
            continue
        wanted.add(name)
        for choice in packages[name].depends:
            real = next((providers.get(n, n) for n in choice if n in packages or n in providers), None)
            if real is not None:
                ahead.append(real)
    return sorted(wanted)


def ensure_base(peers: bool = False) -> Path:
    """Return the read-only tree of a device, building it when the packages changed (a few seconds, about 150 MB)."""
    fields = "${Package}\t${Version}\t${Essential}\t${Pre-Depends}, ${Depends}\t${Provides}\t${db:Status-Status}\n"
    listing = subprocess.run(["dpkg-query", "-W", "-f", fields], capture_output=True, text=True, check=True, timeout=60).stdout
    packages = parse_packages(listing)
    names = closure(packages, (*SEEDS, *PEER_SEEDS) if peers else SEEDS)
    stamp = "\n".join([RECIPE, VERSION.read_text(), *(f"{n}={packages[n].version}" for n in names)])
    target = CACHE / f"base-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"
    if target.is_dir():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    building = CACHE / f".building-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    _copy_packages(names, building)
    _finish(names, building)
    try:
        building.rename(target)
    except OSError:  # another one was faster
        shutil.rmtree(building, ignore_errors=True)
    return target


def _copy_packages(names: list[str], root: Path) -> None:
    root.mkdir(mode=0o755)
    for name in MERGED:
        if Path("/", name).is_symlink():
            (root / "usr" / name).mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(f"usr/{name}")
    listed = subprocess.run(["dpkg-query", "-L", *names], capture_output=True, text=True, check=True, timeout=60).stdout
    for path in sorted({line for line in listed.splitlines() if line.startswith("/") and line != "/."}):
        if not SKIP.match(path):
            _copy_one(Path(path), root / path[1:])


def _copy_one(source: Path, target: Path) -> None:
    try:
        status = source.lstat()
    except OSError:  # listed but removed from this machine (documentation of a container)
        return
    if stat.S_ISDIR(status.st_mode):
        target.mkdir(parents=True, exist_ok=True)
    elif target.exists() or target.is_symlink():
        return
    elif stat.S_ISLNK(status.st_mode):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source.readlink())
        return
    elif stat.S_ISREG(status.st_mode):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    else:
        return
    os.chown(target, status.st_uid, status.st_gid)
    target.chmod(stat.S_IMODE(status.st_mode))


def _finish(names: list[str], root: Path) -> None:
    """What maintainer scripts would have written, and nothing of this machine's own settings."""
    for folder in (
        "proc",
        "sys",
        "dev",
        "run",
        "tmp",
        "root/.ssh",
        "home/lecteur",
        "var/tmp",
        "var/log",
        "etc/avahi/services",
        "var/lib/dpkg",
    ):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, mode in (("tmp", 0o1777), ("var/tmp", 0o1777), ("root", 0o700), ("root/.ssh", 0o700)):
        (root / name).chmod(mode)
    os.chown(root / "home/lecteur", 1000, 1000)
    texts = {
        "etc/passwd": _PASSWD,
        "etc/group": _GROUP,
        "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
        "etc/hosts": "127.0.0.1 localhost\n",
        "etc/ssh/sshd_config": _SSHD,
        "etc/avahi/avahi-daemon.conf": _AVAHI,
        "etc/shadow": "".join(f"{line.split(':')[0]}:*:19700:0:99999:7:::\n" for line in _PASSWD.splitlines()),
        "var/lib/dpkg/status": _status_of(set(names)),
    }
    for path, text in texts.items():
        (root / path).write_text(text)
    (root / "etc/shadow").chmod(0o640)
    with (root / "usr/lib/os-release").open("a") as release:  # they stand for devices that run the image
        release.write(f'IMAGE_VERSION="{VERSION.read_text().strip()}"\n')
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    subprocess.run(["ldconfig", "-r", str(root)], check=True, capture_output=True, timeout=60)
    # As Debian does after installing Python, so that a device starts it as fast as a real one.
    compile_all = "import compileall,glob;[compileall.compile_dir(d,quiet=2) for d in glob.glob('/usr/lib/python3*')]"
    subprocess.run(["chroot", str(root), "/usr/bin/python3", "-IS", "-c", compile_all], check=False, capture_output=True, timeout=120)


def _status_of(names: set[str]) -> str:
    stanzas = Path("/var/lib/dpkg/status").read_text(errors="replace").split("\n\n")
    return "\n\n".join(s for s in stanzas if s.split("\n", 1)[0].removeprefix("Package: ") in names) + "\n"
