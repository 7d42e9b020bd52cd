"""A small fleet with a clock that tests move: real SQLite files in a temporary folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fleet.model import Accessory, Attestation, Case, Device, DeviceState, Level, Library, MarkEvidence, Method, Person, Verdict
from fleet.store.inventory import Inventory
from fleet.store.loans import Loans

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that only tests move."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    @property
    def today(self) -> date:
        return self.moment.date()

    def pass_days(self, days: float) -> None:
        self.moment += timedelta(days=days)


@dataclass
class World:
    """An inventory with two cases of devices and three libraries."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    tablets: int = 3

    def __post_init__(self) -> None:
        self.inventory = Inventory(self.folder, self.clock)
        self.loans = Loans(self.inventory)
        for town in ("Castellane", "Barrême", "Allos"):
            self.inventory.save_library(Library(town.casefold().replace("ê", "e"), f"Bibliothèque de {town}", town))
        for number in (3, 4):
            case = Case(f"valise-{number}", f"Valise {number}")
            self.inventory.save_case(case)
            for index in range(1, self.tablets + 1):
                name = f"Tablette {index}"
                self.inventory.save_device(
                    Device(
                        f"v{number}-tablette-{index}",
                        name,
                        serial=f"S{number}{index}",
                        property_number=f"0400{number}{index}",
                        case_id=case.id,
                        state=DeviceState.READY,
                    )
                )
            self.inventory.save_accessory(Accessory(f"v{number}-chargeurs", case.id, "Chargeurs", 4, 4))

    def reopen(self) -> None:
        self.inventory.close()
        self.inventory = Inventory(self.folder, self.clock)
        self.loans = Loans(self.inventory)

    def close(self) -> None:
        self.inventory.close()

    def make_ready(self, case_id: str) -> None:
        for device in self.inventory.devices(case_id):
            self.inventory.set_state(device.id, DeviceState.READY)

    def bytes_on_disk(self) -> bytes:
        """Everything in the folder, as bytes: what a thief would read."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


def attestation(verdict: Verdict = Verdict.CLEAN, **changes: object) -> Attestation:
    """A whole attestation of Tablette 1 of Valise 3."""
    mark = MarkEvidence("m1", "/home/emprunteur/.bash_history", "file", "2026-11-22T15:28:01Z", True, verdict is Verdict.NOT_CLEAN)
    values: dict[str, object] = {
        "id": "a-0001",
        "device_id": "v3-tablette-1",
        "device_name": "Tablette 1",
        "manufacturer": "Écran & Cie",
        "model": "T10 « éco »",
        "serial": "S31",
        "property_number": "040031",
        "media_type": "eMMC 32 Go",
        "source": "Valise 3",
        "pre_confidentiality": "Données de visite possibles",
        "post_confidentiality": "Aucune donnée d’emprunteur",
        "destination": "Réemploi interne : Valise 3",
        "method": Method.PURGE,
        "technique": "Clé de session détruite, dossiers vidés, tout relu par empreinte sur une connexion neuve.",
        "level": Level.CRYPTOGRAPHIC_ERASE,
        "tool": "Colporteur",
        "tool_version": "0.1.0",
        "verification_method": "Relecture complète",
        "profile_id": "info-ou-intox",
        "profile_digest": "ab" * 32,
        "image": "2026.11",
        "verdict": verdict,
        "marks": (mark,),
        "started_at": "2026-11-22T15:28:00Z",
        "finished_at": "2026-11-22T15:30:00Z",
        "performed_by": Person("Référente", "Référente numérique", "Médiathèque départementale", "Digne-les-Bains"),
    }
    return Attestation(**(values | changes))  # type: ignore[arg-type]
