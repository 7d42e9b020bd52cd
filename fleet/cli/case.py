"""`fleet case`: see, make and compose cases of devices and accessories."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from fleet.calendar import local_day, phase
from fleet.cli.common import Actions, plain_value, read_file, run_action
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.errors import DataError, Refused
from fleet.i18n import _
from fleet.model import Accessory, Case, DeviceState, Loan
from fleet.situation import count_sentence
from fleet.store.loans import Loans
from fleet.store.photos import keep_photo
from fleet.words import KIND, STATE, day, plural

run = run_action
STATE_STYLE = {
    DeviceState.READY: "good",
    DeviceState.ATTENTION: "warn",
    DeviceState.DIRTY: "warn",
    DeviceState.WORKING: "action",
    DeviceState.NEW: "mute",
}


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_cases)
    actions.add("list", _("toutes les valises"), list_cases)
    show = actions.add("show", _("une valise et ce qu’elle contient"), show_case)
    show.add_argument("case", metavar=_("VALISE"))
    add = actions.add("add", _("créer une valise"), add_case)
    add.add_argument("name", metavar=_("NOM"))
    change = actions.add("set", _("changer une valise"), set_case)
    change.add_argument("case", metavar=_("VALISE"))
    change.add_argument("--name", metavar=_("NOM"), help=_("nouveau nom"))
    for sub in (add, change):
        sub.add_argument("--theme", metavar=_("THÈME"), help=_("ce qu’elle propose (fleet theme)"))
        sub.add_argument("--note", metavar=_("TEXTE"))
        sub.add_argument("--photo", metavar=_("FICHIER"), help=_("photo de la valise rangée"))
    put = actions.add("put", _("mettre des appareils dans une valise"), put_devices)
    put.add_argument("case", metavar=_("VALISE"))
    put.add_argument("devices", metavar=_("APPAREIL"), nargs="+")
    take = actions.add("take", _("sortir des appareils de leur valise, pour de bon"), take_devices)
    take.add_argument("devices", metavar=_("APPAREIL"), nargs="+")
    accessory = actions.add("accessory", _("les accessoires d’une valise : ajouter, compter"), set_accessory)
    accessory.add_argument("case", metavar=_("VALISE"))
    accessory.add_argument("name", metavar=_("NOM"))
    accessory.add_argument("--count", metavar="N", type=int, help=_("combien il doit y en avoir"))
    accessory.add_argument("--present", metavar="N", type=int, help=_("combien il y en a vraiment"))
    accessory.add_argument("--note", metavar=_("TEXTE"))
    accessory.add_argument("--photo", metavar=_("FICHIER"))


def list_cases(args: argparse.Namespace, context: Context) -> int:
    """One line a case."""
    inventory, today = context.inventory, local_day(context.now())
    loans = Loans(inventory)
    libraries = {library.id: library.town or library.name for library in inventory.libraries()}
    themes = {theme.id: theme.label for theme in inventory.themes()}
    rows, values = [], []
    for case in inventory.cases():
        devices = inventory.devices(case.id)
        active = loans.active(case.id)
        ready = sum(device.state is DeviceState.READY for device in devices)
        rows.append([case.name, themes.get(case.theme_id, ""), f"{ready}/{len(devices)}", _where(active, libraries, today)])
        values.append(plain_value(case) | {"devices": len(devices), "ready": ready, "loans": plain_value(_without_names(active))})
    context.console.value(values)
    if rows:
        context.console.table([_("Valise"), _("Thème"), _("Prêtes"), _("Où")], rows)
    else:
        context.console.say(_('Aucune valise. Créez la première : fleet case add "Valise 1"'))
    return 0


def _without_names(loans: list[Loan]) -> list[Loan]:
    return [replace(loan, borrower="", signature=None) for loan in loans]


def _where(loans: list[Loan], libraries: dict[str, str], today: date) -> Cell:
    """Where the case is, and where it goes next."""
    words = {
        "late": (_("en retard, à {}, attendue {}"), "warn"),
        "due_today": (_("rentre de {} aujourd’hui"), "action"),
        "out": (_("à {} jusqu’à {}"), ""),
        "to_prepare": (_("ici ; part pour {} {}"), "action"),
        "not_fetched": (_("ici ; devait partir pour {} {}"), "warn"),
        "upcoming": (_("ici ; part pour {} {}"), ""),
    }
    for loan in sorted(loans, key=lambda x: (x.out_at is None, x.starts)):
        text, style = words[phase(loan, today).value]
        when = loan.ends if loan.out_at else loan.starts
        return Cell(text.format(libraries[loan.library_id], day(when, today)), style)
    return Cell("ici", "mute")


def show_case(args: argparse.Namespace, context: Context) -> int:
    """What is in it and how it is."""
    inventory, console = context.inventory, context.console
    case = inventory.find_case(args.case)
    devices, accessories = inventory.devices(case.id), inventory.accessories(case.id)
    loans = Loans(inventory).active(case.id)
    console.value(
        plain_value(case)
        | {"devices": plain_value(devices), "accessories": plain_value(accessories), "loans": plain_value(_without_names(loans))}
    )
    console.say(case.name, "strong")
    counts = [
        sum(d.state is s for d in devices)
        for s in (DeviceState.READY, DeviceState.WORKING, DeviceState.ATTENTION, DeviceState.DIRTY, DeviceState.NEW)
    ]
    console.say(count_sentence(*counts))
    if case.note:
        console.say(case.note, "mute")
    console.say()
    rows = [[d.name, KIND[d.kind], Cell(STATE[d.state], STATE_STYLE[d.state]), _percent(d.battery), d.reason or d.id] for d in devices]
    if rows:
        console.table([_("Appareil"), _("Sorte"), _("État"), _("Batterie"), ""], rows)
    for accessory in accessories:
        short = accessory.count - accessory.present
        text = _("{name} : {present} sur {count}").format(name=accessory.name, present=accessory.present, count=accessory.count) + (
            _(", il en manque {short}").format(short=short) if short > 0 else ""
        )
        console.say(text, "warn" if short > 0 else "")
    return 0


def _percent(battery: int | None) -> str:
    return "?" if battery is None else f"{battery} %"


def add_case(args: argparse.Namespace, context: Context) -> int:
    """A new case."""
    inventory = context.inventory
    case = _changed(Case(inventory.new_case_id(args.name), " ".join(args.name.split())), args, context)
    inventory.save_case(case)
    context.console.value(plain_value(case))
    context.console.say(
        _('{name} est créée. Ajoutez-lui des appareils : fleet device add "Tablette 1" --case "{name}"').format(name=case.name), "good"
    )
    return 0


def set_case(args: argparse.Namespace, context: Context) -> int:
    """Change a case."""
    inventory = context.inventory
    case = _changed(inventory.find_case(args.case), args, context)
    if args.name:
        case = replace(case, name=" ".join(args.name.split()))
    inventory.save_case(case)
    context.console.value(plain_value(case))
    context.console.say(_("{name} est à jour.").format(name=case.name), "good")
    return 0


def _changed(case: Case, args: argparse.Namespace, context: Context) -> Case:
    if args.theme is not None:
        case = replace(case, theme_id=context.inventory.find_theme(args.theme).id if args.theme else "")
    if args.note is not None:
        case = replace(case, note=args.note)
    if args.photo:
        case = replace(case, photo=keep_photo(context.folder, read_file(args.photo)))
    return case


def put_devices(args: argparse.Namespace, context: Context) -> int:
    """Devices change case; all of them or none."""
    inventory = context.inventory
    case = inventory.find_case(args.case)
    with inventory.store.transaction():
        moved = [inventory.update_device(inventory.find_device(text).id, case_id=case.id) for text in args.devices]
    context.console.value(plain_value(moved))
    context.console.say(_("{plural} dans {name}.").format(plural=plural(len(moved), "appareil"), name=case.name), "good")
    return 0


def take_devices(args: argparse.Namespace, context: Context) -> int:
    """Devices leave their case for good."""
    inventory = context.inventory
    with inventory.store.transaction():
        moved = [inventory.update_device(inventory.find_device(text).id, case_id="") for text in args.devices]
    context.console.value(plain_value(moved))
    context.console.say(_("{plural} sans valise.").format(plural=plural(len(moved), "appareil")), "good")
    return 0


def set_accessory(args: argparse.Namespace, context: Context) -> int:
    """Add an accessory, or change its counts."""
    inventory = context.inventory
    case = inventory.find_case(args.case)
    known = [a for a in inventory.accessories(case.id) if a.name.casefold() == args.name.casefold() or a.id == args.name]
    if not known and args.count is None:
        raise DataError(_("Pour un nouvel accessoire, dites combien : --count 20"))
    accessory = (
        known[0]
        if known
        else Accessory(inventory.new_accessory_id(args.name, case.name), case.id, " ".join(args.name.split()), args.count, args.count)
    )
    if args.count is not None:
        accessory = replace(accessory, count=args.count, present=min(accessory.present, args.count) if known else args.count)
    if args.present is not None:
        if args.present > accessory.count:
            raise Refused(
                _("{present} est plus que prévu ({count}) : changez d’abord --count.").format(present=args.present, count=accessory.count)
            )
        accessory = replace(accessory, present=args.present)
    if args.note is not None:
        accessory = replace(accessory, note=args.note)
    if args.photo:
        accessory = replace(accessory, photo=keep_photo(context.folder, read_file(args.photo)))
    inventory.save_accessory(accessory)
    context.console.value(plain_value(accessory))
    context.console.say(
        _("{name} · {name2} : {present} sur {count}.").format(
            name=case.name, name2=accessory.name, present=accessory.present, count=accessory.count
        ),
        "good",
    )
    return 0
