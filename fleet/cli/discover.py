"""`fleet discover`: what is switched on around, and which of it the inventory knows."""

from __future__ import annotations

import argparse

from fleet.cli.context import Context
from fleet.codes import DriverName
from fleet.discovery import Discovery, reconcile, same_names
from fleet.i18n import Words, _
from fleet.volumes import plugged

KINDS = Words({DriverName.KOBO: "liseuse Kobo, par USB", DriverName.MICROBIT: "carte micro:bit, par USB"})


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--wait", metavar=_("SECONDES"), type=float, default=3.0, help=_("écouter aussi longtemps (3)"))


def run(args: argparse.Namespace, context: Context) -> int:
    """Listen, reconcile, show. Exit code 0 even when nobody is there: it is an everyday state."""
    devices = [d for d in context.inventory.devices() if d.serial or d.address]
    with Discovery() as discovery:
        heard = discovery.wait(lambda _: False, args.wait)
    rows, values = [], []
    for located in reconcile(heard, devices):
        device, sighting = located.device, next(iter(located.sightings), None)
        if sighting is None:
            continue
        known = device.name if device is not None else _("inconnu : « fleet pair »")
        rows.append([sighting.name, sighting.address, sighting.serial, known, located.trouble])
        values.append(
            {
                "name": sighting.name,
                "address": sighting.address,
                "port": sighting.port,
                "serial": sighting.serial,
                "device": device.id if device is not None else "",
                "trouble": located.trouble,
            }
        )
    for volume in plugged():
        mine = next((d for d in devices if d.serial == volume.serial), None)
        known = mine.name if mine is not None else _("inconnu : « fleet device add … --serial {serial} »").format(serial=volume.serial)
        rows.append([KINDS[volume.driver], str(volume.folder), volume.serial, known, ""])
        values.append(
            {
                "name": volume.driver.value,
                "address": str(volume.folder),
                "port": 0,
                "serial": volume.serial,
                "device": mine.id if mine is not None else "",
                "trouble": "",
            }
        )
    if rows:
        context.console.table([_("Annoncé"), _("Adresse"), _("Numéro de série"), _("Dans l’inventaire"), _("Attention")], rows)
    else:
        context.console.say(_("Personne ne s’annonce. Les appareils sont-ils allumés, et sur le même réseau que cet ordinateur ?"))
    for name, found in same_names(heard).items():
        context.console.note(
            _("{count} appareils s’appellent « {name} » : {listed}.").format(
                count=len(found), name=name, listed=", ".join(s.address for s in found)
            )
        )
    context.console.value({"devices": values})
    return 0
