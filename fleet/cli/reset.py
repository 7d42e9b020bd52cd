"""`fleet reset`: bring a case back to zero, all its devices at once, and prove it; devices without a program are asked about."""

from __future__ import annotations

import argparse

from fleet.cli.by_hand import attest_by_hand, flash_board
from fleet.cli.common import confirm
from fleet.cli.context import Context
from fleet.cli.operating import Run, add_selection, remember, select, show
from fleet.drivers.checklist import questions
from fleet.errors import FleetError
from fleet.i18n import _
from fleet.identifiers import plain
from fleet.model import PLUGGED, CheckItem, Device, DeviceState
from fleet.operations.outcome import OF_VERDICT, End, Outcome
from fleet.operations.reset import Reset


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    add_selection(parser)
    parser.add_argument("--yes", action="store_true", help=_("ne pas redemander le nom (pour un script)"))


def run(args: argparse.Namespace, context: Context) -> int:
    """Reset the selection, after its name was typed back."""
    selection = select(args, context)
    work = Run(args, context, selection)
    count = len(selection.devices)
    question = _("Tout ce qui est sur {count} appareil{value} va être effacé. Tapez « {title} » pour continuer :").format(
        count=count, value="s" if count > 1 else "", title=selection.title
    )
    confirm(context, question, selection.title, args.yes)
    ask = not args.yes and not context.console.json
    for device in (d for d in work.devices if d.id in work.volumes and ask):
        work.answers[device.id] = _answers(device, tuple(i for i in work.profile_of(device).checklist if i.proof), context)
    for device in work.devices:
        context.inventory.set_state(device.id, DeviceState.WORKING)
    outcomes = work.go(Reset.of)
    outcomes += [_by_hand(device, work, context, ask) for device in work.by_hand]
    remember(context, outcomes, resets=True, before=work.devices)
    return show(context, {d.id: d.name for d in selection.devices}, outcomes)


def _answers(device: Device, items: tuple[CheckItem, ...], context: Context) -> dict[str, bool]:
    """What a person sees on a device, point by point."""
    answers: dict[str, bool] = {}
    if items:
        context.console.note(_("\n{name}. Répondez oui ou non ; Entrée seule : pas vérifié.").format(name=device.name))
    for item in items:
        word = plain(context.console.ask(_("{text} (oui/non)").format(text=item.text)))
        if word in ("o", "oui", "y", "yes"):
            answers[item.id] = True
        elif word in ("n", "non", "no"):
            answers[item.id] = False
    return answers


def _by_hand(device: Device, work: Run, context: Context, ask: bool) -> Outcome:
    """Ask about a device that no program can talk to."""
    profile_id = work.args.profile or context.inventory.profile_id(device)
    profile = work.profiles.load(profile_id) if profile_id else None
    if not ask:
        reason = _("{name} se vérifie à la main : « fleet reset --device {id} ».").format(name=device.name, id=device.id)
        return Outcome(device.id, End.UNKNOWN, (reason,))
    if device.driver in PLUGGED:
        context.console.note(_("\n{name} : branchée par USB, elle serait remise à zéro par le programme.").format(name=device.name))
    try:
        done = flash_board(context, device, profile, work.content)
    except FleetError as error:
        return Outcome(device.id, End.FAILED, (str(error),))
    answers = _answers(device, questions(profile), context)
    signed = attest_by_hand(context, device, profile, answers, work.selection.case_name, done)
    return Outcome(device.id, OF_VERDICT[signed.attestation.verdict], signed.attestation.reasons, signed)
