"""The inventory: libraries, themes, cases, devices, accessories, attestations, in `inventory.sqlite`.

Guarantees: every write is whole or not at all and safe from several threads; what must be forgotten is forgotten each time
it opens; nothing that was attested is ever changed. Lookups accept what a person types or a reader scans.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from fleet.errors import DataError, NotFound, Refused
from fleet.i18n import _
from fleet.identifiers import ACCESSORY_PREFIX, CASE_PREFIX, DEVICE_PREFIX, free_identifier, matching, natural, near, plain
from fleet.model import Accessory, Attestation, Case, Condition, Device, DeviceState, Library, Person, Theme, Verdict
from fleet.store import rows
from fleet.store.database import Store
from fleet.store.migrations import inventory_migrations
from fleet.store.promises import keep_promises
from fleet.store.purge import erase_borrowers

T = TypeVar("T", Device, Case, Library, Theme, Accessory)


class Inventory:
    """The open inventory of one computer; a context manager."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder, self.now = folder, now
        self.store = Store(folder / "inventory.sqlite", inventory_migrations, now().date(), folder / "backups")
        try:
            erase_borrowers(self.store, now())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Inventory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    # --- devices

    def devices(self, case_id: str | None = None) -> list[Device]:
        """All devices, or those of a case ("": of no case), in the order of their names."""
        where, values = "", ()  # type: str, tuple[object, ...]
        if case_id is not None:
            where, values = " WHERE case_id IS ?", (case_id or None,)
        found = [rows.device_of(row) for row in self.store.rows("SELECT * FROM devices" + where, values)]
        return sorted(found, key=lambda d: (natural(d.name), d.id))

    def device(self, device_id: str) -> Device:
        """One device by its identifier."""
        found = self.store.rows("SELECT * FROM devices WHERE id = ?", (device_id,))
        if not found:
            raise NotFound(_("Aucun appareil « {device_id} » dans l’inventaire.").format(device_id=device_id))
        return rows.device_of(found[0])

    def find_device(self, text: str, case_id: str | None = None) -> Device:
        """A device by label, identifier, property number, serial or name, typed or scanned; `Refused` when several match."""
        devices = self.devices(case_id)
        return _only(text, "appareil", matching(text, devices, DEVICE_PREFIX, device_keys), [d.name for d in devices])

    def save_device(self, device: Device) -> None:
        """Enter or replace a device; its case's reservations follow. `Refused` when it is out and would change case."""
        if not device.id or not device.name.strip():
            raise DataError(_("Un appareil a besoin d’un nom."))
        with self.store.transaction() as db:
            before = self.store.rows("SELECT case_id FROM devices WHERE id = ?", (device.id,))
            if before and (before[0]["case_id"] or "") != device.case_id:
                self._refuse_if_out(device)
            try:
                db["devices"].upsert(rows.device_row(device), pk="id")
            except sqlite3.IntegrityError as error:
                raise self._why_refused(device, error) from error
            keep_promises(db)

    def update_device(self, device_id: str, **changes: Any) -> Device:
        """Change some fields of a device in one transaction; returns it as it is now."""
        with self.store.transaction():
            device = replace(self.device(device_id), **changes)
            self.save_device(device)
        return device

    def set_state(self, device_id: str, state: DeviceState, reason: str = "") -> Device:
        """What is now known of its content; `reason` says why it needs attention."""
        return self.update_device(device_id, state=state, reason=reason)

    def seen(self, device_id: str, **facts: Any) -> Device:
        """It answered just now: `address`, `port`, `battery` (percent) and `firmware`, as far as it said."""
        unknown = set(facts) - {"address", "port", "battery", "firmware"}
        if unknown:
            raise TypeError(f"not a fact: {', '.join(sorted(unknown))}")
        return self.update_device(device_id, last_seen=self.now(), **facts)

    def new_device_id(self, name: str, case: str = "") -> str:
        """A free identifier for a device of that name."""
        return free_identifier(name, self._taken("devices"), case)

    def _refuse_if_out(self, device: Device) -> None:
        sql = "SELECT l.case_id FROM loans l JOIN loan_devices d ON d.loan_id = l.id WHERE d.device_id = ? AND l.state = 'out'"
        if self.store.rows(sql, (device.id,)):
            raise Refused(_("{name} est en prêt : rentrez sa valise avant de le changer de valise.").format(name=device.name))

    def _why_refused(self, device: Device, error: sqlite3.IntegrityError) -> DataError:
        for column, words in (
            ("property_number", _("ce numéro d’inventaire")),
            ("serial", _("ce numéro de série")),
            ("host_key", _("cette clé d’hôte")),
        ):
            if f"devices.{column}" in str(error):
                other = self.store.rows(
                    f"SELECT name, id FROM devices WHERE {column} = ? AND id <> ?", (getattr(device, column), device.id)
                )
                owner = f"{other[0]['name']} ({other[0]['id']})" if other else _("un autre appareil")
                return DataError(_("{owner} porte déjà {words}.").format(owner=owner, words=words))
        if "FOREIGN KEY" in str(error):
            return DataError(_("La valise « {case_id} » n’existe pas.").format(case_id=device.case_id))
        return DataError(_("L’appareil {name} n’a pas pu être enregistré : une valeur est hors limites.").format(name=device.name))

    # --- cases and accessories

    def cases(self) -> list[Case]:
        """All cases, in the order of their names."""
        return sorted((rows.case_of(row) for row in self.store.rows("SELECT * FROM cases")), key=lambda c: natural(c.name))

    def case(self, case_id: str) -> Case:
        """One case by its identifier."""
        found = self.store.rows("SELECT * FROM cases WHERE id = ?", (case_id,))
        if not found:
            raise NotFound(_("Aucune valise « {case_id} » dans l’inventaire.").format(case_id=case_id))
        return rows.case_of(found[0])

    def find_case(self, text: str) -> Case:
        """A case by label, identifier or name, typed or scanned."""
        cases = self.cases()
        return _only(text, "valise", matching(text, cases, CASE_PREFIX, lambda c: (c.id, c.name)), [c.name for c in cases])

    def save_case(self, case: Case) -> None:
        """Enter or replace a case; its name is its own."""
        if not case.name.strip():
            raise DataError(_("Une valise a besoin d’un nom."))
        if any(plain(other.name) == plain(case.name) and other.id != case.id for other in self.cases()):
            raise DataError(_("Une autre valise s’appelle déjà « {name} ».").format(name=case.name))
        self._upsert("cases", rows.case_row(case))

    def new_case_id(self, name: str) -> str:
        """A free identifier for a case of that name."""
        return free_identifier(name, self._taken("cases"))

    def accessories(self, case_id: str) -> list[Accessory]:
        """What is counted in a case."""
        found = self.store.rows("SELECT * FROM accessories WHERE case_id = ?", (case_id,))
        return sorted((rows.accessory_of(row) for row in found), key=lambda a: natural(a.name))

    def find_accessory(self, text: str, case_id: str) -> Accessory:
        """An accessory of a case by label, identifier or name."""
        return _only(text, "accessoire", matching(text, self.accessories(case_id), ACCESSORY_PREFIX, lambda a: (a.id, a.name)))

    def save_accessory(self, accessory: Accessory) -> None:
        """Enter or replace an accessory."""
        if not 0 <= accessory.count <= 10_000 or not 0 <= accessory.present <= 10_000:
            raise DataError(_("{name} : un nombre entre 0 et 10 000 est attendu.").format(name=accessory.name))
        self._upsert("accessories", rows.accessory_row(accessory))

    def new_accessory_id(self, name: str, case_name: str) -> str:
        """A free identifier for an accessory."""
        return free_identifier(f"{case_name} {name}", self._taken("accessories"))

    # --- libraries and themes

    def libraries(self) -> list[Library]:
        """All libraries, by town."""
        found = (rows.library_of(row) for row in self.store.rows("SELECT * FROM libraries"))
        return sorted(found, key=lambda x: (natural(x.town), natural(x.name)))

    def library(self, library_id: str) -> Library:
        """One library by its code."""
        found = self.store.rows("SELECT * FROM libraries WHERE id = ?", (library_id,))
        if not found:
            raise NotFound(_("Aucune bibliothèque « {library_id} ».").format(library_id=library_id))
        return rows.library_of(found[0])

    def find_library(self, text: str) -> Library:
        """A library by code, name or town."""
        libraries = self.libraries()
        found = matching(text, libraries, "", lambda x: (x.id, x.name, x.town))
        return _only(text, _("bibliothèque"), found, [x.town or x.name for x in libraries])

    def save_library(self, library: Library) -> None:
        """Enter or replace a library."""
        self._upsert("libraries", rows.library_row(library))

    def themes(self) -> list[Theme]:
        """All themes."""
        return sorted((rows.theme_of(row) for row in self.store.rows("SELECT * FROM themes")), key=lambda t: natural(t.label))

    def find_theme(self, text: str) -> Theme:
        """A theme by code or label."""
        return _only(text, _("thème"), matching(text, self.themes(), "", lambda t: (t.id, t.label)))

    def save_theme(self, theme: Theme) -> None:
        """Enter or replace a theme."""
        self._upsert("themes", rows.theme_row(theme))

    def profile_id(self, device: Device) -> str:
        """The profile a device must have: its own, else the one its case's theme gives to its kind; "" when none."""
        if device.profile_id or not device.case_id:
            return device.profile_id
        theme_id = self.case(device.case_id).theme_id
        return next((theme.profiles.get(device.kind, "") for theme in self.themes() if theme.id == theme_id), "")

    # --- attestations

    def record_attestation(self, attestation: Attestation, document: str) -> Device:
        """Keep a signed attestation for ever (`document`: its JSON text), and let the device's state follow the verdict."""
        state, reason = DeviceState.READY, ""
        if attestation.verdict is not Verdict.CLEAN:
            state = DeviceState.ATTENTION
            reason = " ".join(attestation.reasons) or _("Le retour à zéro n’est pas prouvé.")
        row = {
            "id": attestation.id,
            "device_id": attestation.device_id,
            "verdict": attestation.verdict.value,
            "level": attestation.level.value,
            "finished_at": attestation.finished_at,
            "document": document,
        }
        with self.store.transaction() as db:
            db["attestations"].insert(row, ignore=True)
            return self.update_device(attestation.device_id, state=state, reason=reason, attestation_id=attestation.id)

    def attestation(self, attestation_id: str) -> str:
        """The JSON text of one attestation."""
        found = self.store.rows("SELECT document FROM attestations WHERE id = ?", (attestation_id,))
        if not found:
            raise NotFound(_("Aucune attestation « {attestation_id} ».").format(attestation_id=attestation_id))
        return str(found[0]["document"])

    def attestations(self, device_id: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
        """Newest first: `id`, `device_id`, `verdict`, `level`, `finished_at`."""
        where, values = ("WHERE device_id = ?", (device_id,)) if device_id else ("", ())
        sql = (
            f"SELECT id, device_id, verdict, level, finished_at FROM attestations {where} ORDER BY finished_at DESC, id LIMIT {int(limit)}"
        )
        return self.store.rows(sql, values)

    @property
    def person(self) -> Person:
        """Who answers for resets at this computer, as certificates name them; empty until told."""
        found = {row["key"]: row["value"] for row in self.store.rows("SELECT key, value FROM meta WHERE key LIKE 'person.%'")}
        return Person(**{name: found.get(f"person.{name}", "") for name in ("name", "title", "organisation", "location")})

    def save_person(self, person: Person) -> None:
        """Remember who answers for resets: library staff."""
        with self.store.transaction() as db:
            for name, value in asdict(person).items():
                db["meta"].upsert({"key": f"person.{name}", "value": " ".join(value.split())[:120]}, pk="key")

    @property
    def installation(self) -> str:
        """A random word drawn once, that makes identifiers of this inventory unique in the world."""
        return str(self.store.rows("SELECT value FROM meta WHERE key = 'installation'")[0]["value"])

    # --- helpers

    def _upsert(self, table: str, row: dict[str, Any]) -> None:
        with self.store.transaction() as db:
            db[table].upsert(row, pk="id")

    def _taken(self, table: str) -> set[str]:
        return {str(row["id"]) for row in self.store.rows(f"SELECT id FROM {table}")}


def device_keys(device: Device) -> tuple[str, ...]:
    """What a device is known by, surest first."""
    return (device.id, device.property_number, device.serial, device.name)


def _only(text: str, what: str, found: Sequence[T], names: Sequence[str] = ()) -> T:
    """The one that matches; says what to type when there is none (those of `names` that are near), or more than one."""
    shown = text.strip()[:60]
    if not found:
        close = ", ".join(f"« {name} »" for name in near(text, names))
        if close:
            message = _("Rien dans l’inventaire ne correspond à « {shown} » ({what}). Peut-être : {close}.")
            raise NotFound(message.format(shown=shown, what=what, close=close))
        raise NotFound(_("Rien dans l’inventaire ne correspond à « {shown} » ({what}).").format(shown=shown, what=what))
    if len(found) > 1:
        ids = ", ".join(sorted(value.id for value in found)[:6])
        raise Refused(_("« {shown} » désigne plusieurs choses : précisez avec l’identifiant ({names}).").format(shown=shown, names=ids))
    return found[0]


def is_lost_or_retired(device: Device) -> bool:
    """No longer counted in the day's situation."""
    return device.condition in (Condition.LOST, Condition.RETIRED)
