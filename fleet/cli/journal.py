"""`fleet journal`: what was done to a device, step by step, and whether the chain of its lines still holds."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from fleet.cli.common import Actions, run_action
from fleet.cli.context import Context
from fleet.errors import FleetError, NotFound
from fleet.i18n import _
from fleet.journal import Event, Kind, check_journal
from fleet.operations.outcome import STEP_LABELS
from fleet.words import plural, written_at

run = run_action
WORDS = {Kind.START: "début", Kind.INTENT: "va faire", Kind.DONE: "fait", Kind.FAILED: "pas fait", Kind.END: "fin"}
STYLE = {Kind.START: "strong", Kind.INTENT: "mute", Kind.DONE: "good", Kind.FAILED: "warn", Kind.END: "strong"}
SHOWN = 60


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_journals)
    actions.add("list", _("un journal par appareil"), list_journals)
    show = actions.add("show", _("le journal d’un appareil"), show_journal)
    show.add_argument("device", metavar=_("APPAREIL"))
    show.add_argument("--all", action="store_true", help=_("tout, et pas seulement les {SHOWN} dernières lignes").format(SHOWN=SHOWN))
    actions.add("check", _("vérifier la chaîne de tous les journaux"), check_journals)


def _paths(context: Context) -> list[Path]:
    return sorted(path for path in (context.folder / "journal").glob("*.jsonl") if path.is_file())


def list_journals(args: argparse.Namespace, context: Context) -> int:
    """One line a device."""
    rows, values = [], []
    for path in _paths(context):
        events = check_journal(path)
        last = events[-1] if events else None
        values.append({"device": path.stem, "lines": len(events), "last": asdict(last) if last else None})
        rows.append(
            [
                path.stem,
                str(len(events)),
                written_at(last.at) if last else "",
                f"{WORDS[last.kind]} {STEP_LABELS.get(last.step, last.step)}".strip() if last else "",
            ]
        )
    context.console.value(values)
    if rows:
        context.console.table([_("Appareil"), _("Lignes"), _("Dernière"), ""], rows)
    else:
        context.console.say(_("Aucun journal encore."))
    return 0


def show_journal(args: argparse.Namespace, context: Context) -> int:
    """The last lines of a device."""
    device = context.inventory.find_device(args.device)
    path = context.folder / "journal" / f"{device.id}.jsonl"
    if not path.is_file():
        raise NotFound(_("{name} n’a pas encore de journal.").format(name=device.name))
    events: list[Event] = check_journal(path)
    shown = events if args.all else events[-SHOWN:]
    context.console.value([asdict(event) for event in shown])
    for event in shown:
        facts = ", ".join(f"{key} {value}" for key, value in event.data.items() if isinstance(value, str | int | bool))
        what = f"{WORDS[event.kind]:<9} {STEP_LABELS.get(event.step, event.step):<28}"
        line = f"{event.seq:>5}  {written_at(event.at, seconds=True)}  {what} {facts[:80]}"
        context.console.say(line.rstrip(), STYLE[event.kind])
    return 0


def check_journals(args: argparse.Namespace, context: Context) -> int:
    """Exit code 5 when a line was changed, added or taken out."""
    values, worst = [], 0
    for path in _paths(context):
        try:
            lines = len(check_journal(path))
            values.append({"device": path.stem, "lines": lines, "intact": True})
        except FleetError as error:
            values.append({"device": path.stem, "intact": False, "reason": str(error)})
            context.console.say(f"{path.stem} : {error}", "warn")
            worst = error.exit_code
    context.console.value(values)
    if not worst:
        context.console.say(
            _("{plural} : intact{value}.").format(plural=plural(len(values), "journal", "journaux"), value="s" if len(values) > 1 else ""),
            "good",
        )
    return worst
