"""`fleet device`: see, add, import, repair devices."""

from __future__ import annotations

import argparse
from pathlib import Path

from fleet.cli.case import STATE_STYLE
from fleet.cli.common import Actions, plain_value, read_file, run_action, write_file
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.cli.importing import report_import
from fleet.codes import Condition, DeviceKind, DeviceState, DriverName, Verdict
from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Device
from fleet.store.exchange import DEFAULT_DRIVER, export_devices, first_state, import_devices
from fleet.words import CONDITION, KIND, STATE, VERDICT, moment, written_at

run = run_action
FIELDS = {
    "name": "nom",
    "manufacturer": "fabricant",
    "model": "modèle",
    "serial": "numéro de série",
    "property_number": "numéro d’inventaire",
    "media_type": "mémoire (« eMMC 32 Go »)",
    "profile_id": "profil, au lieu de celui du thème",
    "user": "compte d’administration",
    "note": "note",
}


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_devices)
    listing = actions.add("list", _("tous les appareils"), list_devices)
    for sub in (listing,):
        sub.add_argument("--case", metavar=_("VALISE"), help=_("seulement cette valise (« aucune » : sans valise)"))
        sub.add_argument("--state", choices=[state.value for state in DeviceState], help=_("seulement dans cet état"))
    show = actions.add("show", _("un appareil"), show_device)
    show.add_argument("device", metavar=_("APPAREIL"))
    add = actions.add("add", _("ajouter un appareil"), add_device)
    add.add_argument("name", metavar=_("NOM"))
    add.add_argument("--kind", choices=[kind.value for kind in DeviceKind], default="tablet", help=_("sorte (tablet par défaut)"))
    add.add_argument("--case", metavar=_("VALISE"))
    change = actions.add("set", _("changer un appareil"), set_device)
    change.add_argument("device", metavar=_("APPAREIL"))
    change.add_argument("--condition", choices=[c.value for c in Condition], help=_("état du matériel"))
    for sub in (add, change):
        sub.add_argument("--driver", choices=[driver.value for driver in DriverName], help=_("comment on lui parle"))
        for field, text in FIELDS.items():
            if sub is change or field != "name":
                sub.add_argument(f"--{field.replace('_', '-')}", metavar=_("TEXTE"), help=text)
    repair = actions.add("repair", _("il part en réparation : il ne sera plus prêté"), send_to_repair)
    repair.add_argument("device", metavar=_("APPAREIL"))
    repair.add_argument("--note", metavar=_("TEXTE"), help=_("ce qui ne va pas"))
    back = actions.add("back", _("réparé ou retrouvé : il revient dans sa valise"), take_back)
    back.add_argument("device", metavar=_("APPAREIL"))
    retire = actions.add("retire", _("réformer un appareil"), retire_device)
    retire.add_argument("device", metavar=_("APPAREIL"))
    bring = actions.add("import", _("importer un tableau CSV"), import_file)
    bring.add_argument("file", metavar=_("FICHIER"))
    out = actions.add("export", _("exporter en CSV (« - » : à l’écran)"), export_file)
    out.add_argument("file", metavar=_("FICHIER"))


def list_devices(args: argparse.Namespace, context: Context) -> int:
    """One line a device."""
    inventory = context.inventory
    wanted = getattr(args, "case", None)
    case_id = None if wanted is None else "" if wanted.casefold() in ("aucune", "none", "") else inventory.find_case(wanted).id
    names = {case.id: case.name for case in inventory.cases()}
    devices = [d for d in inventory.devices(case_id) if getattr(args, "state", None) in (None, d.state.value)]
    context.console.value(plain_value(devices))
    rows = [
        [d.name, names.get(d.case_id, ""), Cell(STATE[d.state], STATE_STYLE[d.state]), CONDITION[d.condition], _percent(d.battery), d.id]
        for d in devices
    ]
    if rows:
        context.console.table([_("Appareil"), _("Valise"), _("Contenu"), _("Matériel"), _("Batterie"), _("Identifiant")], rows)
    else:
        context.console.say(_("Aucun appareil."))
    return 0


def _percent(battery: int | None) -> str:
    return "?" if battery is None else f"{battery} %"


def show_device(args: argparse.Namespace, context: Context) -> int:
    """All that is known of it."""
    inventory, console = context.inventory, context.console
    device = inventory.find_device(args.device)
    profile, proofs = inventory.profile_id(device), inventory.attestations(device.id, 5)
    console.value(plain_value(device) | {"profile": profile, "attestations": proofs})
    console.say(f"{device.name} · {STATE[device.state]}", "strong")
    if device.reason:
        console.say(device.reason, "warn")
    case = inventory.case(device.case_id).name if device.case_id else "sans valise"
    facts = {
        "Identifiant": device.id,
        "Sorte": KIND[device.kind],
        "Valise": case,
        _("Matériel"): " ".join(x for x in (device.manufacturer, device.model) if x),
        _("N° de série"): device.serial,
        _("N° d’inventaire"): device.property_number,
        _("Mémoire"): device.media_type,
        _("État"): CONDITION[device.condition],
        "Batterie": _percent(device.battery),
        _("Système"): device.firmware,
        "Profil": profile,
        _("Apparié"): "oui" if device.host_key else "non",
        "Vu": f"{moment(device.last_seen)} ({device.address})" if device.last_seen else "jamais",
        "Note": device.note,
    }
    for label, value in facts.items():
        if value:
            console.say(f"  {label:<16} {value}")
    for proof in proofs:
        console.say(
            _("  attestation      {value} · {value2} · {value3}").format(
                value=proof["id"], value2=written_at(proof["finished_at"]), value3=VERDICT[Verdict(proof["verdict"])]
            ),
            "mute",
        )
    return 0


def add_device(args: argparse.Namespace, context: Context) -> int:
    """A new device."""
    inventory = context.inventory
    kind = DeviceKind(args.kind)
    case = inventory.find_case(args.case) if args.case else None
    given = {field: getattr(args, field) for field in FIELDS if field != "name" and getattr(args, field)}
    driver = DriverName(args.driver) if args.driver else DEFAULT_DRIVER[kind]
    device = Device(
        id=inventory.new_device_id(args.name, case.name if case else ""),
        name=" ".join(args.name.split()),
        kind=kind,
        driver=driver,
        state=first_state(driver),
        case_id=case.id if case else "",
        **given,
    )
    inventory.save_device(device)
    context.console.value(plain_value(device))
    context.console.say(
        _("{name} est ajouté ({id}). Son étiquette : fleet report labels --device {id} -o etiquette.pdf").format(
            name=device.name, id=device.id
        ),
        "good",
    )
    return 0


def set_device(args: argparse.Namespace, context: Context) -> int:
    """Change what is given."""
    inventory = context.inventory
    device = inventory.find_device(args.device)
    changes: dict[str, object] = {field: getattr(args, field) for field in FIELDS if getattr(args, field) is not None}
    if args.driver:
        changes["driver"] = DriverName(args.driver)
    if args.condition:
        changes["condition"] = Condition(args.condition)
    if not changes:
        raise DataError(_("Dites quoi changer : fleet device set --help"))
    return _said(context, inventory.update_device(device.id, **changes), _("est à jour"))


def send_to_repair(args: argparse.Namespace, context: Context) -> int:
    """Never lent until it is back."""
    device = context.inventory.find_device(args.device)
    changes: dict[str, object] = {"condition": Condition.REPAIR}
    if args.note:
        changes["reason"] = args.note
    return _said(context, context.inventory.update_device(device.id, **changes), _("est en réparation : il ne part plus avec sa valise"))


def take_back(args: argparse.Namespace, context: Context) -> int:
    """Lendable again, once it is reset."""
    device = context.inventory.find_device(args.device)
    state = DeviceState.NEW if not device.host_key and device.state is DeviceState.NEW else DeviceState.DIRTY
    device = context.inventory.update_device(device.id, condition=Condition.GOOD, state=state, reason="")
    return _said(context, device, _("est de retour : à remettre à zéro avant de repartir"))


def retire_device(args: argparse.Namespace, context: Context) -> int:
    """Kept in the inventory for its attestations, in no case."""
    device = context.inventory.find_device(args.device)
    return _said(
        context,
        context.inventory.update_device(device.id, condition=Condition.RETIRED, case_id=""),
        _("est réformé ; ses attestations restent"),
    )


def _said(context: Context, device: Device, sentence: str) -> int:
    context.console.value(plain_value(device))
    context.console.say(f"{device.name} {sentence}.", "good")
    return 0


def import_file(args: argparse.Namespace, context: Context) -> int:
    """Take the good rows, hand back the others."""
    return report_import(context, import_devices(context.inventory, read_file(args.file)), args.file, "Appareils")


def export_file(args: argparse.Namespace, context: Context) -> int:
    """All devices."""
    path = write_file(args.file, export_devices(context.inventory))
    if path != Path("-"):
        context.console.value({"file": str(path)})
        context.console.say(_("Écrit : {path}").format(path=path), "good")
    return 0
