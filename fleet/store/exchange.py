"""The inventory in CSV files, out and in.

Guarantees: what is exported imports to the same inventory; a bad row is handed back with its line and its reason while the
good ones are taken; a cell that is absent from the file changes nothing; loans go out without their borrower and never in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from fleet.errors import DataError, FleetError, NotFound
from fleet.identifiers import plain, slug
from fleet.model import PAIRED, Accessory, Case, Device, DeviceKind, DeviceState, DriverName, Library
from fleet.spreadsheet import Reject, Sheet, SheetRow, read_sheet, write_rejects, write_sheet
from fleet.store.inventory import Inventory
from fleet.store.loans import Loans
from fleet.words import CONDITION, KIND, LOAN

E = TypeVar("E", bound=StrEnum)
MAX_VALUE = 300  # characters of an ordinary cell


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import; `rejects` is a CSV file to correct, empty when all went in."""

    added: int
    changed: int
    unchanged: int
    sheet: Sheet
    rejects: bytes


LIBRARY_COLUMNS = ("code", "nom", "commune", "département", "courriel", "téléphone")
DEVICE_COLUMNS = (
    *("identifiant", "nom", "sorte", "pilote", "fabricant", "modèle", "numéro de série", "numéro d’inventaire", "support"),
    *("valise", "état", "profil", "note"),
)
ACCESSORY_COLUMNS = ("identifiant", "valise", "nom", "nombre", "présents", "note")
LOAN_COLUMNS = ("prêt", "valise", "bibliothèque", "départ", "retour prévu", "état", "sorti le", "rentré le", "appareils", "exceptions")


# --- out


def export_libraries(inventory: Inventory) -> bytes:
    """All libraries."""
    return write_sheet(LIBRARY_COLUMNS, [(x.id, x.name, x.town, x.department, x.email, x.phone) for x in inventory.libraries()])


def export_devices(inventory: Inventory) -> bytes:
    """All devices, without what only this computer knows (state, pinned key, last address)."""
    names = {case.id: case.name for case in inventory.cases()}
    rows = []
    for d in inventory.devices():
        identity = (d.id, d.name, KIND[d.kind], d.driver.value, d.manufacturer, d.model, d.serial, d.property_number, d.media_type)
        rows.append((*identity, names.get(d.case_id, ""), CONDITION[d.condition], d.profile_id, d.note))
    return write_sheet(DEVICE_COLUMNS, rows)


def export_accessories(inventory: Inventory) -> bytes:
    """All accessories of all cases."""
    rows = [(a.id, c.name, a.name, str(a.count), str(a.present), a.note) for c in inventory.cases() for a in inventory.accessories(c.id)]
    return write_sheet(ACCESSORY_COLUMNS, rows)


def export_loans(inventory: Inventory, loans: Loans) -> bytes:
    """All loans, for statistics: no borrower."""
    names = {case.id: case.name for case in inventory.cases()}
    rows = []
    for x in loans.all():
        out = x.out_at.date().isoformat() if x.out_at else ""
        back = x.returned_at.date().isoformat() if x.returned_at else ""
        days = (x.starts.isoformat(), x.ends.isoformat())
        rows.append((x.id, names[x.case_id], x.library_id, *days, LOAN[x.state], out, back, str(len(x.device_ids)), str(len(x.exceptions))))
    return write_sheet(LOAN_COLUMNS, rows)


# --- in


def import_libraries(inventory: Inventory, data: bytes) -> Imported:
    """Libraries by code; without one, the code is made of the town."""

    def take(row: SheetRow) -> str:
        town = row.cells.get("commune", "")
        label = row.cells.get("nom", "") or (f"Bibliothèque, {town}" if town else "")
        if not label:
            raise DataError("il manque le nom ou la commune.")
        code = slug(row.cells.get("code", "") or town or label)
        before = next((x for x in inventory.libraries() if x.id == code), None)
        columns = {"commune": "town", "département": "department", "courriel": "email", "téléphone": "phone"}
        given = {name: _short(row.cells[column]) for column, name in columns.items() if column in row.cells}
        if given.get("email") and "@" not in given["email"]:
            raise DataError(f"« {given['email']} » n’est pas une adresse de courriel.")
        after = replace(before or Library(code, label), name=_short(label), **given)
        return _keep(before, after, inventory.save_library)

    return _import(inventory, read_sheet(data, LIBRARY_COLUMNS, ()), take)


def import_devices(inventory: Inventory, data: bytes) -> Imported:
    """Devices by identifier, else by serial or property number, else by name in their case; a case that does not exist yet is made,
    and told."""
    known, cases = inventory.devices(), {case.id for case in inventory.cases()}
    plain_columns = {
        "nom": "name",
        "fabricant": "manufacturer",
        "modèle": "model",
        "numéro de série": "serial",
        "support": "media_type",
        "numéro d’inventaire": "property_number",
        "profil": "profile_id",
        "adresse": "address",
        "clé d’hôte": "host_key",
        "note": "note",
    }

    def take(row: SheetRow) -> str:
        cells = row.cells
        given: dict[str, Any] = {name: _short(cells[column], 1000) for column, name in plain_columns.items() if column in cells}
        given |= {"name": " ".join(given["name"].split())} if "name" in given else {}
        if cells.get("sorte"):
            given["kind"] = _code(cells["sorte"], KIND, "sorte")
        if cells.get("état"):
            given["condition"] = _code(cells["état"], CONDITION, "état")
        if cells.get("pilote"):
            given["driver"] = _driver(cells["pilote"])
        if "valise" in cells:
            given["case_id"] = _case_id(inventory, cells["valise"])
        before = _known_device(inventory, cells) or _named_device(known, given, cells)
        if before is None:
            if not given.get("name"):
                raise DataError("il manque le nom.")
            kind = given.get("kind", DeviceKind.TABLET)
            given.setdefault("driver", DEFAULT_DRIVER[kind])
            code = cells.get("identifiant", "")
            given["state"] = first_state(given["driver"])
            new_id = slug(code) if code else inventory.new_device_id(given["name"], cells.get("valise", ""))
            return _keep(None, Device(id=new_id, **given), inventory.save_device)
        if not given.get("name"):
            given.pop("name", None)
        return _keep(before, replace(before, **given), inventory.save_device)

    result = _import(inventory, read_sheet(data, DEVICE_COLUMNS, ("nom",)), take)
    for case in inventory.cases():
        if case.id not in cases:
            result.sheet.notes.append(
                f"« {case.name} » n’existait pas : cette valise vient d’être créée. "
                f'Une faute de frappe ? Mettez ses appareils ailleurs : fleet case put "LA BONNE VALISE" "APPAREIL"'
            )
    return result


def import_accessories(inventory: Inventory, data: bytes) -> Imported:
    """Accessories of cases, by identifier, else by name within the case."""

    def take(row: SheetRow) -> str:
        cells = row.cells
        if not cells.get("nom") or not cells.get("valise"):
            raise DataError("il manque le nom ou la valise.")
        case_id = _case_id(inventory, cells["valise"])
        mine = inventory.accessories(case_id)
        code = cells.get("identifiant", "")
        before = next((a for a in mine if a.id == code or (not code and plain(a.name) == plain(cells["nom"]))), None)
        count = _number(cells.get("nombre", ""), before.count if before else 1)
        present = _number(cells.get("présents", ""), before.present if before else count)
        fallback = before or Accessory(slug(code) if code else inventory.new_accessory_id(cells["nom"], cells["valise"]), case_id, "")
        after = replace(fallback, name=_short(cells["nom"]), count=count, present=present, note=cells.get("note", fallback.note))
        return _keep(before, after, inventory.save_accessory)

    return _import(inventory, read_sheet(data, ACCESSORY_COLUMNS, ("nom", "valise")), take)


DEFAULT_DRIVER: dict[DeviceKind, DriverName] = {
    DeviceKind.TABLET: DriverName.LINUX_KIOSK,
    DeviceKind.COMPUTER: DriverName.LINUX_KIOSK,
    DeviceKind.KIOSK: DriverName.LINUX_KIOSK,
    DeviceKind.EREADER: DriverName.KOBO,
    DeviceKind.HEADSET: DriverName.ANDROID,
    DeviceKind.MICROBIT: DriverName.MICROBIT,
    DeviceKind.ROBOT: DriverName.CHECKLIST,
    DeviceKind.AUDIO: DriverName.CHECKLIST,
    DeviceKind.OTHER: DriverName.CHECKLIST,
}


def first_state(driver: DriverName) -> DeviceState:
    """A new device is paired first, when a program can talk to it; else it is reset by hand."""
    return DeviceState.NEW if driver in PAIRED else DeviceState.DIRTY


def _import(inventory: Inventory, sheet: Sheet, take: Callable[[SheetRow], str]) -> Imported:
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with inventory.store.transaction():
        for row in sheet.rows:
            try:
                with inventory.store.savepoint():
                    counts[take(row)] += 1
            except FleetError as error:
                sheet.rejects.append(Reject(row.line, str(error), row.raw))
    return Imported(**counts, sheet=sheet, rejects=write_rejects(sheet) if sheet.rejects else b"")


def _keep(before: Any, after: Any, save: Callable[[Any], None]) -> str:
    if before == after:
        return "unchanged"
    save(after)
    return "added" if before is None else "changed"


def _known_device(inventory: Inventory, cells: Mapping[str, str]) -> Device | None:
    devices = inventory.devices()
    if cells.get("identifiant"):
        return next((d for d in devices if d.id == slug(cells["identifiant"])), None)
    keys = (("numéro d’inventaire", "property_number"), ("numéro de série", "serial"))
    for column, name in keys:
        if cells.get(column):
            for device in devices:
                if getattr(device, name) == cells[column]:
                    return device
    return None


def _named_device(known: Sequence[Device], given: Mapping[str, Any], cells: Mapping[str, str]) -> Device | None:
    """The device that a row without any number means, of those known before the import: the same file can be imported again."""
    if any(cells.get(column) for column in ("identifiant", "numéro d’inventaire", "numéro de série")) or not given.get("name"):
        return None
    found = [d for d in known if plain(d.name) == plain(given["name"]) and d.case_id == given.get("case_id", d.case_id)]
    if len(found) > 1:
        raise DataError(f"plusieurs appareils s’appellent « {given['name'][:40]} » : donnez leur identifiant (fleet device export).")
    return found[0] if found else None


def _case_id(inventory: Inventory, text: str) -> str:
    """The case named in a cell, made when it does not exist; "" for none."""
    if not text:
        return ""
    try:
        return inventory.find_case(text).id
    except NotFound:
        case = Case(inventory.new_case_id(text), _short(text))
        inventory.save_case(case)
        return case.id


def _code(text: str, words: Mapping[E, str], column: str) -> E:
    wanted = plain(text)
    for code, word in words.items():
        if wanted in (plain(word), code.value, plain(word) + "s"):
            return code
    raise DataError(f"{column} : « {text[:40]} » n’est pas connu ; choisissez parmi : {', '.join(words.values())}.")


def _driver(text: str) -> DriverName:
    try:
        return DriverName(text.strip())
    except ValueError as error:
        raise DataError(f"pilote : « {text[:40]} » n’est pas connu ; choisissez parmi : {', '.join(DriverName)}.") from error


def _number(text: str, otherwise: int) -> int:
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        raise DataError(f"« {text[:20]} » n’est pas un nombre.")
    return int(text)


def _short(text: str, most: int = MAX_VALUE) -> str:
    text = text.replace("\r\n", "\n")
    if len(text) > most:
        raise DataError(f"une cellule dépasse {most} caractères.")
    if not text.replace("\n", " ").isprintable():
        raise DataError("une cellule contient un caractère de contrôle.")
    return text
