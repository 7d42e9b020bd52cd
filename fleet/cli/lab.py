"""`fleet lab`: test devices on this computer, broken on purpose. Needs root; touches no real device."""

from __future__ import annotations

import argparse

from fleet.cli.common import Actions, run_action
from fleet.cli.context import Context
from fleet.cli.live import OneLine
from fleet.i18n import _
from fleet.lab import devices as lab
from fleet.lab.faults import LABELS, Fault, break_device, faults_of, mend, parse_device
from fleet.lab.names import LabDevice
from fleet.pairing import fleet_key

run = run_action


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_devices)
    up = actions.add("up", _("démarrer N appareils d’essai"), start)
    up.add_argument("count", metavar="N", type=int)
    up.add_argument("--disk", metavar="MO", type=int, default=512, help=_("taille du disque de chacun, en Mo (512)"))
    up.add_argument("--peers", action="store_true", help=_("avec rsync et un Python entier, pour mesurer d’autres outils"))
    actions.add("down", _("arrêter et enlever tous les appareils d’essai"), stop)
    actions.add("list", _("les appareils d’essai et leurs pannes"), list_devices)
    damage = actions.add("break", _("mettre un appareil en panne"), damage_device)
    listed = ", ".join(f"{fault.value} ({label})" for fault, label in LABELS.items())
    damage.add_argument("fault", metavar=_("PANNE"), choices=[fault.value for fault in Fault], help=listed)
    damage.add_argument("device", metavar=_("APPAREIL"))
    repair = actions.add("mend", _("défaire les pannes d’un appareil"), repair_device)
    repair.add_argument("device", metavar=_("APPAREIL"))


def start(args: argparse.Namespace, context: Context) -> int:
    """Start devices; the fleet's own key opens them."""
    lab.need_root()
    _path, public = fleet_key(context.folder)
    labels = {
        "base": _("Préparation du disque commun…"),
        "started": _("{done} sur {count} démarrés"),
        "ready": _("{done} sur {count} répondent"),
    }
    line = OneLine(context.console.err, quiet=context.console.json)
    try:
        devices = lab.up(
            args.count,
            disk_mb=args.disk,
            peers=args.peers,
            public_key=public,
            tell=lambda stage, done: line.say(labels[stage].format(done=done, count=args.count)),
        )
    finally:
        line.end()
    context.console.say(
        _("{count} appareils d’essai répondent, de {address} à {address2}.").format(
            count=len(devices), address=devices[0].address, address2=devices[-1].address
        ),
        "good",
    )
    context.console.say(_("Ensuite : « fleet discover », « fleet pair --yes »."))
    return list_values(devices, context)


def stop(_args: argparse.Namespace, context: Context) -> int:
    """Remove everything."""
    count = lab.down()
    context.console.say(_("{count} appareils d’essai enlevés.").format(count=count))
    context.console.value({"removed": count})
    return 0


def list_devices(_args: argparse.Namespace, context: Context) -> int:
    """Show the devices."""
    lab.need_root()
    devices = lab.existing()
    if not devices:
        context.console.say(_("Aucun appareil d’essai : « fleet lab up 3 »."))
    else:
        rows = []
        for device in devices:
            faults = ", ".join(LABELS[fault] for fault in faults_of(device))
            rows.append([str(device.number), device.name, device.address, _("allumé") if lab.processes(device) else _("éteint"), faults])
        context.console.table(["N°", _("Nom"), _("Adresse"), _("État"), _("Pannes")], rows)
    return list_values(devices, context)


def list_values(devices: list[LabDevice], context: Context) -> int:
    """The devices as JSON."""
    context.console.value(
        {
            "devices": [
                {"number": d.number, "name": d.name, "serial": d.serial, "address": d.address, "faults": [f.value for f in faults_of(d)]}
                for d in devices
            ]
        }
    )
    return 0


def damage_device(args: argparse.Namespace, context: Context) -> int:
    """Break one device."""
    lab.need_root()
    device, fault = parse_device(args.device), Fault(args.fault)
    break_device(fault, device)
    context.console.say(f"{device.name} : {LABELS[fault]}.")
    return list_values([device], context)


def repair_device(args: argparse.Namespace, context: Context) -> int:
    """Mend one device."""
    lab.need_root()
    device = parse_device(args.device)
    mend(device)
    context.console.say(_("{name} : réparé.").format(name=device.name), "good")
    return list_values([device], context)
