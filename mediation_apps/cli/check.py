"""`workshop check PACK [--json]`: what plays, what partly, what not, and why."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from mediation_apps.cli.places import find_pack
from mediation_apps.errors import PackError
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime.archive import FolderFiles
from mediation_apps.runtime.check import Finding, Report, as_json, check
from mediation_apps.runtime.h5p.package import is_loose, read_h5p
from mediation_apps.runtime.native.source import Remark
from mediation_apps.runtime.pack import PARTLY, PLAYS, REFUSED, load_pack

UNDISCLOSED = "U"  # what H5P writes where its author chose no licence
SIGNS = {PLAYS: "✓", PARTLY: "◐", REFUSED: "✗"}
WORDS = {PLAYS: _("se joue"), PARTLY: _("en partie"), REFUSED: _("refusé")}


def add(commands: Any) -> None:
    """Describe the command."""
    help_ = _("dire ce qui se joue, ce qui ne se joue pas, et pourquoi")
    made: argparse.ArgumentParser = commands.add_parser("check", help=help_, description=help_)
    made.add_argument("pack", type=Path, help=_("dossier, fichier .zip ou .h5p, ou nom d’un atelier fourni"))
    made.add_argument("--json", action="store_true", help=_("pour un programme"))
    made.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 3 when an activity is refused."""
    report = report_on(options.pack)
    print(json.dumps(as_json(report), ensure_ascii=False, indent=2) if options.json else as_text(report))
    return 3 if report.counts[REFUSED] else 0


def report_on(path: Path) -> Report:
    """The report of a pack, or of a lone H5P package."""
    if path.suffix.lower() != ".h5p" and not is_loose(path):
        found, code = find_pack(path)
        return check(load_pack(found, code=code))
    try:
        package = read_h5p(FolderFiles(path) if path.is_dir() else path.read_bytes())
    except OSError as e:
        raise PackError(_("Ce fichier ne se lit pas. Vérifiez son nom et la clé USB.")) from e
    remarks = tuple(Remark(note.kind, path.name, 1, str(note)) for note in package.notes)
    finding = Finding(path.name, package.title, package.main_library, package.status, remarks, package.license, package.credits)
    return Report(path.stem, package.title, 0, (finding,), ())


def as_text(report: Report) -> str:
    """The report for a person: one line an activity, what to mend below it."""
    counts = report.counts
    lines = [f"{report.title} · {report.minutes} min" if report.minutes else report.title, ""]
    for finding in report.findings:
        licence = f" · {_('licence non indiquée') if finding.licence == UNDISCLOSED else finding.licence}" if finding.licence else ""
        lines.append(f"{SIGNS[finding.status]} {WORDS[finding.status]:<9} {finding.file} · {finding.title}{licence}")
        lines += [f"      {place(remark)}{remark.sentence}" for remark in finding.remarks]
        lines += [f"      {_('crédit')} : {credit}" for credit in finding.credits]
    lines += [f"  ! {place(remark)}{remark.sentence}" for remark in report.remarks]
    plays = ngettext("{n} activité se joue", "{n} activités se jouent", counts[PLAYS]).format(n=counts[PLAYS])
    lines += [
        "",
        _("{plays}, {partly} en partie, {refused}.").format(
            plays=plays,
            partly=counts[PARTLY],
            refused=ngettext("{n} refusée", "{n} refusées", counts[REFUSED]).format(n=counts[REFUSED]),
        ),
    ]
    return "\n".join(lines)


def place(remark: Remark) -> str:
    """File and line, where there is a line to mend."""
    return "" if remark.file.endswith(".h5p") else _("{file}, ligne {line} : ").format(file=remark.file, line=remark.line)
