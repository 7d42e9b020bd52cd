"""What a device says of itself: text in, values out.

Guarantees: pure; missing or odd text gives the empty value of a field, never an exception; nothing of a borrower is kept (names of
accounts of the system only).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fleet.drivers.codec import Value

SERIALS = (
    "/etc/colporteur/serial",
    "/sys/class/dmi/id/product_serial",
    "/proc/device-tree/serial-number",
    "/etc/machine-id",
)
BATTERIES = tuple(f"/sys/class/power_supply/{name}/capacity" for name in ("BAT0", "BAT1", "battery", "axp20x-battery"))
BOOT_ID = "/proc/sys/kernel/random/boot_id"
PASSWD, MOUNTS, RELEASE, PACKAGES = "/etc/passwd", "/proc/mounts", "/etc/os-release", "/var/lib/dpkg/status"
KOBO = "/.kobo/version"  # serial number, then versions, separated by commas
FACT_FILES = (*SERIALS, *BATTERIES, BOOT_ID, PASSWD, MOUNTS, RELEASE, KOBO)
FIRST_PERSON, LAST_PERSON = 1000, 59999  # Debian policy 9.2.2: accounts of people


@dataclass(frozen=True, slots=True)
class Account:
    """One line of /etc/passwd."""

    name: str
    uid: int
    gid: int
    home: str


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system; `spinning` is True for a disk with platters, the only one where overwriting reaches the same place."""

    source: str
    place: str
    kind: str
    spinning: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a device at one moment."""

    serial: str = ""
    boot_id: str = ""
    image: str = ""
    battery: int | None = None
    clock: int = 0  # seconds of the Unix epoch, as the device believes
    free: int = 0  # bytes
    read_only: bool = False
    session_key: str = ""  # digest that changes with the key of the encrypted session volume; empty: there is none
    accounts: tuple[Account, ...] = ()
    mounts: tuple[Mount, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    volume: bool = False  # a disk plugged into this computer: no owners, no accounts, no programs of its own
    own_disk: bool = False  # the volume is a whole file system, not a folder of this computer's

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        return next((a for a in self.accounts if a.name == name), None)

    def people(self) -> tuple[Account, ...]:
        """Accounts that a person uses."""
        return tuple(a for a in self.accounts if FIRST_PERSON <= a.uid <= LAST_PERSON)

    def mount_of(self, path: str) -> Mount | None:
        """The file system a path is on: of two mounted at one place, the later is the one that is seen."""
        fitting = [m for m in reversed(self.mounts) if path == m.place or path.startswith(m.place.rstrip("/") + "/")]
        return max(fitting, key=lambda m: len(m.place), default=None)


def parse_facts(answer: Value) -> Facts:
    """Read the answer to a `facts` request."""
    if not isinstance(answer, dict):
        return Facts()
    found = answer.get(b"files")
    files: dict[str, str] = {}
    if isinstance(found, dict):
        files = {k.decode("utf-8", "replace"): v.decode("utf-8", "replace") for k, v in found.items() if isinstance(v, bytes)}
    spinning = answer.get(b"spinning")
    disks = {d.decode("ascii", "replace") for d in spinning if isinstance(d, bytes)} if isinstance(spinning, list) else set()
    key = answer.get(b"keys")
    return Facts(
        serial=parse_serial(files),
        boot_id=_word(files.get(BOOT_ID, ""), r"[0-9a-f-]{36}"),
        image=parse_release(files.get(RELEASE, "")) or parse_kobo(files.get(KOBO, ""))[1],
        battery=parse_battery(files),
        clock=_number(answer.get(b"time")),
        free=_number(answer.get(b"free")),
        read_only=_number(answer.get(b"read_only")) == 1,
        session_key=_word(key.decode("ascii", "replace"), r"[0-9a-f]{64}") if isinstance(key, bytes) else "",
        accounts=parse_passwd(files.get(PASSWD, "")),
        mounts=parse_mounts(files.get(MOUNTS, ""), disks),
        files=files,
        volume=_number(answer.get(b"volume")) > 0,
        own_disk=_number(answer.get(b"volume")) == 2,
    )


def _number(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _word(text: str, form: str) -> str:
    match = re.fullmatch(form, text.strip())
    return match[0] if match else ""


def parse_serial(files: Mapping[str, str]) -> str:
    """The first serial number that is one (manufacturers leave fillers)."""
    for path in (KOBO, *SERIALS):
        text = files.get(path, "").split(",")[0].strip("\0 \n\t")
        if re.fullmatch(r"[\w.:/+-]{3,64}", text, re.ASCII) and not re.search(r"default|to.be.filled|none|^0+$", text, re.IGNORECASE):
            return text
    return ""


def parse_battery(files: Mapping[str, str]) -> int | None:
    """Percent of the first battery, None when there is none."""
    for path in BATTERIES:
        if text := _word(files.get(path, ""), r"\d{1,3}"):
            return min(int(text), 100)
    return None


def parse_kobo(text: str) -> tuple[str, str]:
    """Serial number and firmware of a Kobo's version file: "N306…,4.1.15,4.38.21908,…"; empty when it is not one."""
    fields = [field.strip() for field in text.strip().split(",")]
    if len(fields) < 3 or not re.fullmatch(r"[A-Z]\w{5,31}", fields[0], re.ASCII):
        return "", ""
    return fields[0], _word(fields[2], r"[\d.]{1,32}")


def parse_release(text: str) -> str:
    """The version of the system image: IMAGE_VERSION of os-release(5), else VERSION_ID."""
    found = dict(re.findall(r'^(IMAGE_VERSION|VERSION_ID)="?([\w.~+-]{1,64})"?$', text, re.MULTILINE))
    return found.get("IMAGE_VERSION") or found.get("VERSION_ID") or ""


def parse_passwd(text: str) -> tuple[Account, ...]:
    """Accounts of passwd(5)."""
    form = r"^([a-z_][\w.-]{0,31}\$?):[^:\n]*:(\d{1,10}):(\d{1,10}):[^:\n]*:(/[^:\n]*):"
    return tuple(Account(n, int(u), int(g), h) for n, u, g, h in re.findall(form, text, re.MULTILINE | re.ASCII))


def parse_mounts(text: str, spinning: set[str]) -> tuple[Mount, ...]:
    """Mounted file systems of /proc/mounts; octal escapes as in fstab(5)."""
    found = []
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            place = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1])
            disk = re.sub(r"p?\d+$", "", fields[0].removeprefix("/dev/"))
            found.append(Mount(fields[0], place, fields[2], disk in spinning))
    return tuple(found)


def parse_packages(text: str) -> dict[str, str]:
    """Installed packages and versions of dpkg's status file."""
    found = {}
    for stanza in text.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Status|Version): (.+)$", stanza, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed") and "Package" in fields:
            found[fields["Package"]] = fields.get("Version", "")
    return found
