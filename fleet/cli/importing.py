"""What an import says: how many, which rows were not taken and why, and where they are kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from fleet.cli.common import write_file
from fleet.cli.context import Context
from fleet.errors import StoreError
from fleet.i18n import _
from fleet.store.exchange import Imported

SHOWN = 10


def report_import(context: Context, result: Imported, source: str, thing: str) -> int:
    """Say it; returns 3 when rows were left out. They are written beside the file, or in the data folder."""
    console, rejects = context.console, result.sheet.rejects
    kept = _keep_rejects(context, result, source) if rejects else None
    console.value(
        {
            "added": result.added,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "rejects": [{"line": r.line, "reason": r.reason} for r in rejects],
            "rejects_file": str(kept) if kept else None,
            "notes": result.sheet.notes,
        }
    )
    for note in result.sheet.notes:
        console.say(note, "warn")
    console.say(
        _("{thing} : {added} en plus, {changed} avec un changement, {unchanged} sans changement.").format(
            thing=thing, added=result.added, changed=result.changed, unchanged=result.unchanged
        ),
        "good",
    )
    for reject in sorted(rejects, key=lambda r: r.line)[:SHOWN]:
        console.say(_("Ligne {line} : {reason}").format(line=reject.line, reason=reject.reason), "warn")
    if len(rejects) > SHOWN:
        console.say(_("… et {count} autres lignes.").format(count=len(rejects) - SHOWN), "warn")
    if kept:
        console.say(_("Les lignes refusées sont gardées dans {kept} : corrigez-les et importez ce fichier.").format(kept=kept), "warn")
    return 3 if rejects else 0


def _keep_rejects(context: Context, result: Imported, source: str) -> Path:
    name = f"{Path(source).stem if source != '-' else 'import'}.a-corriger.csv"
    with suppress(StoreError):
        if source != "-":
            return write_file(str(Path(source).parent / name), result.rejects)
    context.folder.mkdir(parents=True, exist_ok=True)
    return write_file(str(context.folder / name), result.rejects)
