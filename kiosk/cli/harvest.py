"""`catalogue harvest SOURCE…`: harvest, say how it goes, say what came of it.

Guarantees: each source is harvested even when the one before failed; the exit code is that of the first failure.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from kiosk.cli import shapes
from kiosk.cli.terminal import Terminal, number, plural
from kiosk.errors import Cancelled, DataError, NotFound
from kiosk.formats import csv_mapping, items
from kiosk.formats.marc import Flavour
from kiosk.sources import run, spec
from kiosk.sources.options import Options, Report
from kiosk.store.catalogue import Catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `harvest` takes."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="oai+https://…, opds+https://…, un fichier ou un dossier")
    parser.add_argument("--name", default="", help="nom que le catalogue donne à la source (un seul SOURCE)")
    parser.add_argument("--items", default="", metavar="DIALECTE", help=f"exemplaires : {', '.join(items.names())}, ou un fichier .toml")
    parser.add_argument("--mapping", default="", metavar="FICHIER", help="fichier de correspondance pour un CSV, ou un nom fourni")
    parser.add_argument("--flavour", choices=[f.value for f in Flavour], help="famille MARC, quand elle n’est pas reconnue")
    parser.add_argument("--platform", default="", metavar="CODE", help="plateforme à laquelle mènent les liens de la source")
    parser.add_argument("--full", action="store_true", help="la source est complète : ce qu’elle n’a plus est retiré")


def main(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Harvest what was asked and return the exit code."""
    if arguments.name and len(arguments.sources) > 1:
        raise DataError("--name ne va qu’avec une seule source.")
    sources = [spec.parse(text, arguments.name) for text in arguments.sources]
    options = Options(
        dialect=_dialect(arguments.items),
        flavour=Flavour(arguments.flavour) if arguments.flavour else None,
        mapping=csv_mapping.named(arguments.mapping, _text) if arguments.mapping else None,
        platform=arguments.platform,
        full=arguments.full,
        workers=min(2, os.cpu_count() or 1),
    )
    reports: list[Report] = []
    with Catalogue.open(arguments.data) as catalogue:
        for source in sources:
            report = run.harvest(catalogue, source, options, lambda r: terminal.status(_progress(r)))
            terminal.clear()
            reports.append(report)
            if not arguments.json:
                _say(report, terminal)
            if isinstance(report.error, Cancelled):
                break
        if any(r.added or r.updated or r.deleted for r in reports):
            terminal.status("Vérification et copie de sûreté…")
            catalogue.checkpoint_good()
            terminal.clear()
        total = catalogue.stats().records
    if arguments.json:
        terminal.line(json.dumps({"sources": [shapes.report(r) for r in reports], "records": total}, ensure_ascii=False, indent=1))
    else:
        terminal.line(f"Le catalogue compte {plural(total, 'notice')}.")
    return next((r.error.exit_code for r in reports if r.error is not None), 0)


def _dialect(name: str) -> items.Dialect | None:
    if not name:
        return None
    if name.endswith(".toml"):
        return items.parse_dialect(_text(name), Path(name).stem)
    return items.dialect(name)


def _text(name: str) -> str:
    """Read a small settings file a person named."""
    path = Path(name).expanduser()
    try:
        if path.stat().st_size > 1_000_000:
            raise DataError(f"« {name} » est trop gros pour un fichier de réglages.")
        return path.read_text("utf-8")
    except FileNotFoundError as e:
        raise NotFound(f"Il n’y a pas de fichier « {name} ».") from e
    except (OSError, UnicodeDecodeError) as e:
        raise DataError(f"« {name} » ne se lit pas : il faut un fichier texte en UTF-8.") from e


def _progress(report: Report) -> str:
    done = report.read
    of = f" sur {number(report.expected)}" if report.expected > done else ""
    aside = f" · {number(report.rejected)} mises de côté" if report.rejected else ""
    step = f" · {report.step}" if report.step else ""
    return f"{report.source} : {number(done)}{of} notices lues{aside}{step}"


def _say(report: Report, terminal: Terminal) -> None:
    """Print what came of one source."""
    mark = terminal.style("✓", "good") if report.complete else terminal.style("✗", "bad")
    rate = f", {number(round(report.read / report.stored_seconds))} par seconde" if report.stored_seconds > 1 and report.read else ""
    terminal.line(f"{mark} {terminal.style(report.source, 'strong')} : {plural(report.read, 'notice lue', 'notices lues')}{rate}")
    parts = [
        plural(count, one, many)
        for count, one, many in (
            (report.added, "nouvelle", "nouvelles"),
            (report.updated, "mise à jour", "mises à jour"),
            (report.unchanged, "sans changement", "sans changement"),
            (report.deleted, "retirée", "retirées"),
            (report.rejected, "mise de côté", "mises de côté"),
        )
        if count
    ]
    if parts:
        terminal.line(f"  {', '.join(parts)}")
    for reason, count in report.reasons.most_common(8):
        terminal.line(f"    {number(count)} × {reason}")
    for note in report.notes:
        terminal.paragraph(note, "  ")
    if report.error is not None:
        terminal.say(f"  {report.error}", "warn")
        if report.read and not isinstance(report.error, Cancelled):
            terminal.say("  Ce qui était moissonné est gardé ; la même commande reprendra.", "mute")
