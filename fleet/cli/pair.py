"""`fleet pair`: make the acquaintance of new devices on the bench, one confirmation each."""

from __future__ import annotations

import argparse
from dataclasses import replace

from fleet.cli.common import plain_value
from fleet.cli.context import Context
from fleet.discovery import Discovery, reconcile
from fleet.errors import DataError, FleetError, NotFound
from fleet.i18n import _
from fleet.identifiers import plain
from fleet.model import Device, DeviceKind
from fleet.pairing import Stranger, fleet_key, meet, paired
from fleet.transport.port import Target
from fleet.transport.ssh import SshTransport, fingerprint_of


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--address", metavar=_("ADRESSE"), action="append", default=[], help=_("adresse, quand il ne s’annonce pas"))
    parser.add_argument("--device", metavar=_("APPAREIL"), help=_("appareil de l’inventaire qui a été réinstallé, ou entré à la main"))
    parser.add_argument("--case", metavar=_("VALISE"), help=_("le mettre dans cette valise"))
    parser.add_argument("--kind", choices=[kind.value for kind in DeviceKind], default="tablet", help=_("sorte (tablet par défaut)"))
    parser.add_argument("--name", metavar=_("NOM"), help=_("son nom (celui qu’il annonce par défaut)"))
    parser.add_argument("--user", metavar=_("COMPTE"), default="root", help=_("compte d’administration sur l’appareil (root)"))
    parser.add_argument("--wait", metavar=_("SECONDES"), type=float, default=3.0, help=_("écouter aussi longtemps (3)"))
    parser.add_argument("--yes", action="store_true", help=_("tous les appareils trouvés, sans demander (sur un réseau sûr)"))
    parser.add_argument("--key", action="store_true", help=_("montrer la clé publique à mettre sur les appareils, et s’arrêter"))


def run(args: argparse.Namespace, context: Context) -> int:
    """Meet the devices that are announced and not known, or those at the addresses given."""
    key, public = fleet_key(context.folder)
    if args.key:
        context.console.say(public)
        context.console.value({"public_key": public})
        return 0
    case_id = context.inventory.find_case(args.case).id if args.case else ""
    known = context.inventory.find_device(args.device) if args.device else None
    targets = _targets(args, context, known)
    transport, entered, failure = SshTransport(key), [], None
    for target in targets:
        try:
            stranger = meet(transport, target, args.name or target.label)
            entered += _confirmed(stranger, known, case_id, args, context)
        except FleetError as error:  # one device's refusal does not keep the others out
            failure = failure or error
            context.console.note(str(error))
    context.console.value({"devices": [plain_value(device) for device in entered]})
    return failure.exit_code if failure is not None and not entered else 0


def _targets(args: argparse.Namespace, context: Context, known: Device | None) -> list[Target]:
    if args.address:
        return [Target(address, user=args.user, label=args.name or "") for address in args.address]
    with Discovery() as discovery:
        heard = discovery.wait(lambda _: False, args.wait)
    if known is not None:
        places = reconcile(heard, [known])[0].addresses
        if not places:
            raise NotFound(_("{name} ne s’annonce pas : ajoutez --address.").format(name=known.name))
        return [Target(address, port, args.user, label=known.name) for address, port in places[:1]]
    devices = context.inventory.devices()
    new = [located.sightings[0] for located in reconcile(heard, devices) if located.device is None]
    new += [x.sightings[0] for x in reconcile(heard, devices) if x.device is not None and not x.device.host_key and x.sightings]
    if not new:
        raise NotFound(_("Aucun nouvel appareil ne s’annonce. Est-il allumé, et sur ce réseau ? Sinon, ajoutez --address."))
    return [Target(s.address, s.port, args.user, label=s.name) for s in new]


def _confirmed(stranger: Stranger, known: Device | None, case_id: str, args: argparse.Namespace, context: Context) -> list[Device]:
    inventory, facts = context.inventory, stranger.facts
    device = known or next((d for d in inventory.devices() if d.serial and d.serial == facts.serial), None)
    if device is not None and known is None and device.host_key and device.host_key != stranger.host_key:
        raise DataError(
            _("{name} est déjà connu sous une autre clé. S’il a été réinstallé : « fleet pair --device {id} ».").format(
                name=device.name, id=device.id
            )
        )
    about = _("{value}, numéro de série {value2}, à l’adresse {address}").format(
        value=stranger.name or stranger.target.address, value2=facts.serial or "inconnu", address=stranger.target.address
    )
    context.console.note(
        _("{about}\n  empreinte de sa clé : {fingerprint_of}").format(about=about, fingerprint_of=fingerprint_of(stranger.host_key))
    )
    if not args.yes and plain(context.console.ask(_("Est-ce bien l’appareil qui est devant vous ? (oui/non)"))) not in ("o", "oui"):
        context.console.note(_("Laissé de côté."))
        return []

    def fresh(name: str) -> Device:
        return Device(inventory.new_device_id(name), name, kind=DeviceKind(args.kind))

    result = paired(stranger, device, fresh)
    if case_id:
        result = _in_case(result, case_id)
    inventory.save_device(result)
    context.console.say(_("{name} est dans l’inventaire ({id}).").format(name=result.name, id=result.id), "good")
    return [result]


def _in_case(device: Device, case_id: str) -> Device:

    return replace(device, case_id=case_id)
