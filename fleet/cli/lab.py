"""`fleet lab`: test devices on this computer, broken on purpose. Needs root; touches no real device."""

from __future__ import annotations

import argparse

from fleet.cli.common import Actions, run_action
from fleet.cli.context import Context
from fleet.cli.live import OneLine
from fleet.lab import devices as lab
from fleet.lab.faults import LABELS, Fault, break_device, faults_of, mend, parse_device
from fleet.lab.names import LabDevice
from fleet.pairing import fleet_key

run = run_action


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_devices)
    up = actions.add("up", "démarrer N appareils d’essai", start)
    up.add_argument("count", metavar="N", type=int)
    up.add_argument("--disk", metavar="MO", type=int, default=512, help="taille du disque de chacun, en Mo (512)")
    up.add_argument("--peers", action="store_true", help="avec rsync et un Python entier, pour mesurer d’autres outils")
    actions.add("down", "arrêter et enlever tous les appareils d’essai", stop)
    actions.add("list", "les appareils d’essai et leurs pannes", list_devices)
    damage = actions.add("break", "mettre un appareil en panne", damage_device)
    listed = ", ".join(f"{fault.value} ({label})" for fault, label in LABELS.items())
    damage.add_argument("fault", metavar="PANNE", choices=[fault.value for fault in Fault], help=listed)
    damage.add_argument("device", metavar="APPAREIL")
    repair = actions.add("mend", "défaire les pannes d’un appareil", repair_device)
    repair.add_argument("device", metavar="APPAREIL")


def start(args: argparse.Namespace, context: Context) -> int:
    """Start devices; the fleet's own key opens them."""
    lab.need_root()
    _path, public = fleet_key(context.folder)
    labels = {"base": "Préparation du disque commun…", "started": "{done} sur {count} démarrés", "ready": "{done} sur {count} répondent"}
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
    context.console.say(f"{len(devices)} appareils d’essai répondent, de {devices[0].address} à {devices[-1].address}.", "good")
    context.console.say("Ensuite : « fleet discover », « fleet pair --yes ».")
    return list_values(devices, context)


def stop(_args: argparse.Namespace, context: Context) -> int:
    """Remove everything."""
    count = lab.down()
    context.console.say(f"{count} appareils d’essai enlevés.")
    context.console.value({"removed": count})
    return 0


def list_devices(_args: argparse.Namespace, context: Context) -> int:
    """Show the devices."""
    lab.need_root()
    devices = lab.existing()
    if not devices:
        context.console.say("Aucun appareil d’essai : « fleet lab up 3 ».")
    else:
        rows = []
        for device in devices:
            faults = ", ".join(LABELS[fault] for fault in faults_of(device))
            rows.append([str(device.number), device.name, device.address, "allumé" if lab.processes(device) else "éteint", faults])
        context.console.table(["N°", "Nom", "Adresse", "État", "Pannes"], rows)
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
    context.console.say(f"{device.name} : réparé.", "good")
    return list_values([device], context)
