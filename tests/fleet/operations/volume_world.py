"""A Kobo reader as a disk: what its firmware and a borrower leave on it, and a fleet that resets it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fleet.attestation import Signer
from fleet.drivers.kobo import Kobo
from fleet.model import CheckItem, Device, DeviceKind, DriverName, Pack, Profile, Setting
from fleet.operations.outcome import Outcome, Progress
from fleet.operations.provision import Provision
from fleet.operations.reset import Reset
from fleet.operations.scheduler import run_one
from fleet.operations.tools import Job, Patience, Tools
from fleet.operations.verify import Verify
from fleet.transport.port import Target, Transport
from fleet.transport.volume import VolumeTransport

SECRET = b"SECRET-LISEUSE-91f2"
SERIAL = "N4182Z0001"
WIFI = CheckItem("wifi", "Les réseaux Wi-Fi sont oubliés.", proof=True)
OPERATIONS = {"reset": Reset.of, "provision": Provision.of, "verify": Verify.of}


def firmware(folder: Path) -> None:
    """What a reader's own programs write on their disk."""
    (folder / ".kobo/Kobo").mkdir(parents=True)
    (folder / ".kobo/version").write_text(f"{SERIAL},4.1.15,4.38.23171,4.1.15,4.1.15,00000000-0000-0000-0000-000000000384")
    (folder / ".kobo/affiliate.conf").write_text("[General]\naffiliate=Kobo\n")
    (folder / ".kobo/Kobo/Kobo eReader.conf").write_text("[OneStoreServices]\nAccessToken=" + SECRET.decode() + "\n")
    database = folder / ".kobo/KoboReader.sqlite"
    link = sqlite3.connect(database)
    link.execute("CREATE TABLE user (UserID TEXT, UserEmail TEXT)")
    link.execute("CREATE TABLE Bookmark (Text TEXT)")
    link.execute("INSERT INTO user VALUES ('u1', ?)", [SECRET.decode() + "@example.org"])
    link.executemany("INSERT INTO Bookmark VALUES (?)", [[SECRET.decode() + str(n)] for n in range(200)])
    link.commit()
    link.close()


def lend(folder: Path) -> None:
    """What a borrower leaves."""
    for name in (".adobe-digital-editions", ".adds/koreader/history", "Mes livres", "screenshots"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / ".adds/koreader/history/livre.lua").write_bytes(SECRET)
    (folder / f"Mes livres/{SECRET.decode()}.epub").write_bytes(SECRET * 3000)
    (folder / "screenshots/page.png").write_bytes(SECRET * 50)
    (folder / f"{SECRET.decode()}.txt").write_bytes(SECRET)
    gone = folder / "efface-par-l-emprunteur.txt"
    gone.write_bytes(SECRET * 500)
    gone.unlink()


def content(folder: Path) -> None:
    """What the network puts on its readers."""
    (folder / "livres").mkdir(parents=True)
    for number in range(3):
        (folder / f"livres/conte-{number}.epub").write_bytes(b"conte libre de droits\n" * 2000)


PROFILE = Profile(
    "liseuse",
    "Liseuse",
    kind=DeviceKind.EREADER,
    driver=DriverName.KOBO,
    packs=(Pack("livres", "livres", "/Livres"),),
    settings=(Setting("ApplicationPreferences", "SideloadedMode", "true"),),
    accounts_absent=("*",),
    digest="liseuse-1",
)


def run(
    operation: str,
    place: Path,
    folder: Path,
    answers: dict[str, bool] | None = None,
    transport: Transport | None = None,
    target: str = "",
    report: Callable[[Progress], None] = lambda _progress: None,
) -> Outcome:
    """One operation on the reader plugged in at `place` (or reached by `transport`); `folder` is the fleet's."""
    tools = Tools(
        transport or VolumeTransport(),
        folder / "fleet",
        folder / "content",
        Signer.load(folder / "keys"),
        lambda: datetime.now(UTC),
        driver=Kobo(),
        report=report,
        patience=Patience(interrupted=0.0),
        second_opinion=False,
    )
    device = Device("liseuse-1", "Liseuse 1", kind=DeviceKind.EREADER, driver=DriverName.KOBO, serial=SERIAL)
    asked = () if answers is None else (WIFI,)
    job = Job(device, PROFILE, Target(target or str(place), label=device.name), "Valise 3", asked=asked, answers=answers or {})
    return run_one(job, OPERATIONS[operation], tools)
