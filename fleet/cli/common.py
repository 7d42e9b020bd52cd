"""What commands share: sub-commands, days as people type them, files in and out, values as JSON."""

from __future__ import annotations

import argparse
import errno
import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fleet.cli.context import Context
from fleet.errors import DataError, DiskFull, DiskReadOnly, NotFound, Refused, StoreError
from fleet.i18n import _
from fleet.identifiers import plain
from fleet.store.database import write_whole
from fleet.words import DAYS

Action = Callable[[argparse.Namespace, Context], int]
MAX_FILE = 40_000_000
NEAR = {"aujourd'hui": 0, "aujourdhui": 0, "ce jour": 0, "demain": 1, "apres-demain": 2}  # days from today


class Actions:
    """The sub-commands of a command; `default` runs when none is given."""

    def __init__(self, parser: argparse.ArgumentParser, default: Action) -> None:
        parser.set_defaults(action=default)
        self._parsers = parser.add_subparsers(metavar=_("ACTION"), title="actions")

    def add(self, name: str, text: str, action: Action) -> argparse.ArgumentParser:
        """One sub-command."""
        parser = self._parsers.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        parser.set_defaults(action=action)
        return parser


def run_action(args: argparse.Namespace, context: Context) -> int:
    """Run the sub-command that was chosen."""
    action: Action = args.action
    return action(args, context)


def parse_day(text: str, today: date) -> date:
    """A day as people say it: 2026-12-01, 1/12, 01/12/2026, aujourd’hui, demain, mardi, +7."""
    word = plain(text)
    if word in NEAR:
        return today + timedelta(days=NEAR[word])
    if word in DAYS:
        return today + timedelta(days=(DAYS.index(word) - today.weekday() - 1) % 7 + 1)
    if re.fullmatch(r"\+\d{1,3}", word):
        return today + timedelta(days=int(word))
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", word)
    french = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?", word)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if french:
            return _french(int(french[1]), int(french[2]), french[3], today)
    except ValueError as error:
        raise DataError(_("« {text} » n’est pas un jour du calendrier.").format(text=text)) from error
    raise DataError(_("« {text} » n’est pas compris comme un jour. Écrivez par exemple 01/12/2026, demain, mardi ou +7.").format(text=text))


def _french(number: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, number)
    this = date(today.year, month, number)
    return this if this >= today else date(today.year + 1, month, number)


def read_file(name: str, most: int = MAX_FILE) -> bytes:
    """The bytes of a file that the person named ("-": the standard input), capped."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most + 1)
    except FileNotFoundError as error:
        raise NotFound(_("Le fichier « {name} » n’existe pas.").format(name=name)) from error
    except OSError as error:
        raise DataError(_("Le fichier « {name} » n’est pas lisible ({strerror}).").format(name=name, strerror=error.strerror)) from error
    if len(data) > most:
        raise DataError(_("Le fichier « {name} » est trop gros.").format(name=name))
    return data


def write_file(name: str, data: bytes, replace: bool = True) -> Path:
    """Write a file that the person asked for ("-": the standard output), whole or not at all."""
    if name == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return Path("-")
    path = Path(name)
    if path.exists() and not replace:
        raise Refused(_("« {name} » existe déjà : choisissez un autre nom, ou ajoutez --force.").format(name=name))
    if not path.parent.is_dir():
        raise NotFound(_("Le dossier « {parent} » n’existe pas.").format(parent=path.parent))
    try:
        write_whole(path, data)
    except OSError as error:
        raise translate_os(error, name) from error
    return path


def translate_os(error: OSError, name: str) -> StoreError:
    """The fleet's error for one of the system's."""
    if error.errno == errno.ENOSPC:
        return DiskFull(_("Le disque est plein : rien n’a été écrit."))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskReadOnly(_("« {name} » ne peut pas être écrit : droits ou disque en lecture seule.").format(name=name))
    return StoreError(_("« {name} » n’a pas pu être écrit ({strerror}).").format(name=name, strerror=error.strerror))


def plain_value(value: Any) -> Any:
    """A dataclass (or a list of them) as JSON values; bytes and signatures are left out, empty personal fields too."""
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    fields = asdict(value)
    fields.pop("signature", None)
    return json.loads(json.dumps(fields, default=_text))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def confirm(context: Context, question: str, wanted: str, yes: bool) -> None:
    """Go on only when the person types `wanted` back (accents and case do not count), or with --yes."""
    if yes:
        return
    if plain(context.console.ask(question)) != plain(wanted):
        raise Refused(_("Ce n’est pas le nom attendu : rien n’a été fait."))
