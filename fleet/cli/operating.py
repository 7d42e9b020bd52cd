"""What `provision`, `reset` and `verify` share: which devices, where they are, live progress, the result, the exit code.

Exit codes: 0 all good; 4 a device was not found, broke off or failed; 8 a device is not clean, not proved, or different;
9 a device showed another host key. The gravest wins: 9, then 8, then 4.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fleet.attestation import Signer
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.cli.live import Live
from fleet.discovery import Discovery, reconcile
from fleet.drivers.kobo import Kobo
from fleet.errors import DataError, LinkError
from fleet.i18n import _
from fleet.identifiers import plain
from fleet.model import PAIRED, PLUGGED, Device, DeviceState, Profile
from fleet.operations.outcome import END_LABELS, GOOD, End, Outcome, Progress
from fleet.operations.scheduler import Operation, run_all
from fleet.operations.tools import Job, Patience, Tools
from fleet.pairing import fleet_key
from fleet.profiles import ProfileFolder
from fleet.transport.port import Target
from fleet.transport.ssh import SshTransport
from fleet.transport.volume import VolumeTransport
from fleet.volumes import Volume, plugged

LISTEN = 3.0  # seconds given to devices to announce themselves
STYLES = {End.FAILED: "bad", End.NOT_CLEAN: "bad", End.STOPPED: "bad", End.UNREACHABLE: "warn", End.INTERRUPTED: "warn"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which devices a command is about."""

    title: str
    case_name: str
    devices: tuple[Device, ...]


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Options that choose devices and say how to reach them."""
    parser.add_argument("--case", metavar=_("VALISE"), help=_("tous les appareils de cette valise"))
    parser.add_argument("--device", metavar=_("APPAREIL"), action="append", default=[], help=_("cet appareil (peut être répété)"))
    parser.add_argument("--profile", metavar=_("PROFIL"), help=_("un autre profil que celui du thème"))
    parser.add_argument("--profiles", metavar=_("DOSSIER"), help=_("dossier des profils (celui du logiciel par défaut)"))
    parser.add_argument("--content", metavar=_("DOSSIER"), help=_("dossier des contenus (fleet/content des données par défaut)"))
    parser.add_argument(
        "--address",
        metavar=_("ADRESSE"),
        action="append",
        default=[],
        help=_("où il est, s’il ne s’annonce pas : 192.168.1.20, ou APPAREIL=192.168.1.20 parmi plusieurs (peut être répété)"),
    )
    parser.add_argument("--wait", metavar=_("SECONDES"), type=float, default=60.0, help=_("attendre un appareil qui décroche (60)"))


def select(args: argparse.Namespace, context: Context) -> Selection:
    """The devices named, all of them when nothing is named and there is one case only; DataError when there is none."""
    if args.case:
        case = context.inventory.find_case(args.case)
        return Selection(case.name, case.name, tuple(context.inventory.devices(case.id)))
    if args.device:
        devices = tuple(context.inventory.find_device(text) for text in args.device)
        return Selection(", ".join(d.name for d in devices), "", devices)
    raise DataError(_('Dites de quels appareils il s’agit : --case "Valise 3", ou --device NOM.'))


def ours(selection: Selection, here: Mapping[str, Volume]) -> tuple[list[Device], list[Device], list[Device]]:
    """The devices that can be worked on, those never paired, those a person must do by hand; `here` are plugged in, by device."""
    reached = [d for d in selection.devices if d.driver in PAIRED]
    by_hand = [d for d in selection.devices if d.driver not in PAIRED and d.id not in here]
    return [d for d in selection.devices if d.id in here or (d in reached and d.host_key)], [d for d in reached if not d.host_key], by_hand


def volumes_of(devices: Sequence[Device], addresses: Sequence[str]) -> dict[str, Volume]:
    """Which devices are plugged into this computer by USB, told apart by the serial number on their disk."""
    wanted = {d.serial: d.id for d in devices if d.driver in PLUGGED and d.serial}
    typed = [Path(text.rpartition("=")[2]) for text in addresses if text.rpartition("=")[2].startswith("/")]
    return {wanted[v.serial]: v for v in plugged(also=typed) if v.driver in PLUGGED and v.serial in wanted} if wanted else {}


class Run:
    """One run of one operation over a selection."""

    def __init__(
        self, args: argparse.Namespace, context: Context, selection: Selection, *, watch: Callable[[Progress], None] | None = None
    ) -> None:
        self.args, self.context, self.selection, self.watch = args, context, selection, watch
        self.volumes = volumes_of(selection.devices, getattr(args, "address", []))
        self.answers: dict[str, dict[str, bool]] = {}  # what a person said of each device, by point
        self.devices, self.unpaired, self.by_hand = ours(selection, self.volumes)
        if not selection.devices:
            raise DataError(_("{title} : aucun appareil.").format(title=selection.title))
        addresses = [text for text in getattr(args, "address", []) if not text.rpartition("=")[2].startswith("/")]
        self.typed = typed_addresses(addresses, self.devices)
        self.profiles = ProfileFolder(Path(args.profiles)) if args.profiles else ProfileFolder()
        self.content = Path(args.content) if args.content else context.folder / "content"
        self.key, _public = fleet_key(context.folder)

    def go(self, begin: Callable[[Tools, Job], Operation]) -> list[Outcome]:
        """Find the devices, run, show; outcomes of all devices of the selection but those done by hand."""
        outcomes = [
            Outcome(d.id, End.FAILED, (_("{name} n’est pas apparié : « fleet pair ».").format(name=d.name),)) for d in self.unpaired
        ]
        if not self.devices:
            return outcomes
        inventory = self.context.inventory
        names = {d.id: d.name for d in self.devices}
        with Live(names, self.context.console.err, quiet=self.context.console.json) as live, self._listen() as discovery:
            tools = Tools(
                transport=SshTransport(self.key),
                folder=self.context.folder,
                content=self.content,
                signer=Signer.load(self.context.folder / "keys"),
                now=self.context.now,
                report=self.watch or live.report,
                record=lambda attestation, document: void(inventory.record_attestation(attestation, document)),
                person=self.context.who,
                patience=Patience(interrupted=self.args.wait, unreachable=min(self.args.wait, LISTEN)),
                known_keys=frozenset(d.host_key for d in inventory.devices() if d.host_key),
            )
            if discovery is not None:
                wanted = {d.serial for d in self.devices if d.serial and d.id not in self.typed and d.id not in self.volumes}
                discovery.wait(lambda heard: wanted <= {s.serial for s in heard}, LISTEN)
            jobs = [self._job(device, discovery) for device in self.devices]
            for job in jobs:
                tools.desired(job.profile)  # what is missing here is said before any device is touched
            by_usb = replace(tools, transport=VolumeTransport(), driver=Kobo(), second_opinion=False) if self.volumes else tools
            outcomes += run_all(jobs, lambda t, job: begin(by_usb if job.device.id in self.volumes else t, job), tools)
        return outcomes

    def _listen(self) -> Discovery | _Deaf:
        """Hear who announces itself, unless it is known where everybody is."""
        if all(d.id in self.volumes or d.id in self.typed for d in self.devices):
            return _Deaf()
        try:
            return Discovery()
        except LinkError:
            return _Deaf()

    def profile_of(self, device: Device) -> Profile:
        """What the device must become; DataError when nothing says so."""
        profile_id = self.args.profile or self.context.inventory.profile_id(device)
        if not profile_id:
            raise DataError(_("{name} n’a pas de profil : donnez un thème à sa valise, ou ajoutez --profile.").format(name=device.name))
        return self.profiles.load(profile_id)

    def _job(self, device: Device, discovery: Discovery | None) -> Job:
        case = self.selection.case_name
        destination = _("Réemploi interne : {case}").format(case=case) if case else _("Réemploi interne")
        profile = self.profile_of(device)
        if device.id in self.volumes:
            place = Target(str(self.volumes[device.id].folder), label=device.name)
            asked = tuple(item for item in profile.checklist if item.proof)
            return Job(device, profile, place, case, destination, asked=asked, answers=self.answers.get(device.id, {}))
        target = Target(device.address, device.port, device.user, device.host_key, device.name)

        def where() -> list[Target]:
            heard = discovery.sightings() if discovery is not None else []
            (located,) = reconcile([s for s in heard if s.serial == device.serial], [device], self.typed)
            return [Target(address, port, device.user, device.host_key, device.name) for address, port in located.addresses]

        return Job(device, profile, target, case, destination, where)


def typed_addresses(texts: Sequence[str], devices: Sequence[Device]) -> dict[str, tuple[str, int]]:
    """Addresses typed by a person, by device identifier: "HOST[:PORT]" for the only device, "DEVICE=HOST[:PORT]" among several."""
    found: dict[str, tuple[str, int]] = {}
    for text in texts:
        name, equals, place = text.rpartition("=")
        mine = [d for d in devices if plain(name.strip()) in {plain(n) for n in (d.id, d.name, d.serial, d.property_number) if n}]
        if not equals:
            mine = list(devices)
        if len(mine) != 1:
            raise DataError(
                _('« {text} » : dites quel appareil est à cette adresse, par exemple --address "Tablette 1=192.168.1.20".').format(
                    text=text
                )
            )
        found[mine[0].id] = _place(place.strip(), text)
    return found


def _place(place: str, text: str) -> tuple[str, int]:
    """Host and port: a name, an IPv4 address, or an IPv6 address in brackets when a port follows."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|([\w.-]+))(?::(\d{1,5}))?|([0-9A-Fa-f]*:[0-9A-Fa-f:.%\w]*:[0-9A-Fa-f:.%\w]*)", place)
    port = int(match[3] or 22) if match else 0
    if match is None or not 0 < port < 65536:
        raise DataError(_("« {text} » n’est pas une adresse. Écrivez par exemple 192.168.1.20, ou 192.168.1.20:2222.").format(text=text))
    return match[1] or match[2] or match[4], port


class _Deaf:
    """No network to listen on: addresses known already are tried."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def void(_value: object) -> None:
    """Nothing."""


def remember(context: Context, outcomes: Sequence[Outcome], resets: bool, before: Sequence[Device] = ()) -> None:
    """Let the inventory follow: seen and where, and what is known of the content; `before` are the devices as they were.

    A device cut off in the middle of a reset stays "under way" until a run ends it; one that was never touched is what it was.
    """
    earlier = {device.id: device for device in before}
    for outcome in outcomes:
        if resets and outcome.end in (End.UNREACHABLE, End.STOPPED) and outcome.device_id in earlier:
            was = earlier[outcome.device_id]
            context.inventory.set_state(was.id, was.state, was.reason)
        if outcome.end not in (End.UNREACHABLE, End.INTERRUPTED, End.STOPPED, End.FAILED) and outcome.seconds:
            facts: dict[str, object] = {"battery": outcome.battery} if outcome.battery is not None else {}
            facts |= {"firmware": outcome.image} if outcome.image else {}
            facts |= {"address": outcome.where[0], "port": outcome.where[1]} if outcome.where[0] else {}
            context.inventory.seen(outcome.device_id, **facts)
        if outcome.end is End.STOPPED or (resets and outcome.end is End.FAILED and outcome.seconds):
            context.inventory.set_state(outcome.device_id, DeviceState.ATTENTION, " ".join(outcome.reasons))
        elif resets and outcome.end is End.INTERRUPTED:
            context.inventory.set_state(outcome.device_id, DeviceState.WORKING, " ".join(outcome.reasons))


def show(context: Context, names: dict[str, str], outcomes: Sequence[Outcome]) -> int:
    """The result for a person or a program; return the exit code."""
    console = context.console
    rows = []
    for outcome in outcomes:
        style = "good" if outcome.end in GOOD else STYLES.get(outcome.end, "warn")
        seconds = f"{outcome.seconds:.1f} s" if outcome.seconds else ""
        rows.append([names.get(outcome.device_id, outcome.device_id), Cell(END_LABELS[outcome.end], style), seconds])
    console.table([_("Appareil"), _("Résultat"), _("Durée")], rows)
    for outcome in outcomes:
        for reason in outcome.reasons:
            name = names.get(outcome.device_id, "")
            console.say(reason if name and name in reason else f"{name} : {reason}")
    good = sum(o.end in GOOD for o in outcomes)
    console.say(_("{good} sur {count}.").format(good=good, count=len(outcomes)), "good" if good == len(outcomes) else "warn")
    code = exit_code(outcomes)
    console.value({"devices": [value_of(o, names) for o in outcomes], "good": good, "count": len(outcomes), "exit": code})
    return code


def value_of(outcome: Outcome, names: dict[str, str]) -> dict[str, object]:
    """One outcome as JSON."""
    return {
        "device": outcome.device_id,
        "name": names.get(outcome.device_id, ""),
        "end": outcome.end.value,
        "reasons": list(outcome.reasons),
        "attestation": outcome.attestation.attestation.id if outcome.attestation is not None else "",
        "changed": outcome.changed,
        "bytes": outcome.bytes,
        "seconds": round(outcome.seconds, 3),
        "resumed": outcome.resumed,
    }


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """The gravest of all outcomes."""
    ends = {o.end for o in outcomes}
    if End.STOPPED in ends:
        return 9
    if ends & {End.NOT_CLEAN, End.UNKNOWN, End.DIFFERENT}:
        return 8
    return 0 if ends <= GOOD else 4
