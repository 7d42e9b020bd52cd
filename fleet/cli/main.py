"""`fleet COMMAND …`: one file a command; alone, the day's situation.

A command is a module with `register(parser)` and `run(args, context) -> int`. `--json`, `--data DIR`, `--operator NAME` and
`--language CODE` may stand anywhere. Every error raised on purpose becomes one French sentence and its documented exit code; with `--json`
it is `{"error": {"kind", "message", "exit"}}` on the standard output.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from fleet.cli.console import Console
from fleet.cli.context import Context, utc_now
from fleet.errors import Cancelled, FleetError
from fleet.i18n import N_, _, speak, spoken

COMMANDS: dict[str, tuple[str, str]] = {
    "today": ("fleet.cli.today", N_("la situation du jour et ce qu’il y a à faire (par défaut)")),
    "case": ("fleet.cli.case", N_("les valises : voir, créer, composer")),
    "device": ("fleet.cli.device", N_("les appareils : voir, ajouter, réparer, importer")),
    "loan": ("fleet.cli.loan", N_("les prêts : réserver, préparer, sortir, rentrer, prolonger")),
    "library": ("fleet.cli.library", N_("les bibliothèques : voir, importer")),
    "theme": ("fleet.cli.theme", N_("les thèmes : quel profil reçoit chaque sorte d’appareil")),
    "profile": ("fleet.cli.profile", N_("les profils : voir, vérifier")),
    "discover": ("fleet.cli.discover", N_("chercher les appareils allumés sur la table")),
    "pair": ("fleet.cli.pair", N_("faire connaissance avec un nouvel appareil")),
    "provision": ("fleet.cli.provision", N_("mettre les appareils dans l’état voulu")),
    "reset": ("fleet.cli.reset", N_("remettre une valise à zéro, et le prouver")),
    "verify": ("fleet.cli.verify", N_("relire des appareils sans rien changer")),
    "attest": ("fleet.cli.attest", N_("les attestations : voir, vérifier, imprimer")),
    "report": ("fleet.cli.report", N_("imprimer : étiquettes, bon de prêt, feuille de retour, attestation")),
    "journal": ("fleet.cli.journal", N_("ce qui a été fait, pas à pas")),
    "lab": ("fleet.cli.lab", N_("appareils d’essai sur cet ordinateur (root)")),
    "ui": ("fleet.cli.bench", N_("la même chose que bench")),
    "bench": ("fleet.cli.bench", N_("l’écran de la table de remise à zéro")),
}
EXAMPLES = N_("""exemples :
  fleet                                  la situation du jour
  fleet reset --case "Valise 3"          remettre une valise à zéro
  fleet loan checkin "Valise 3"          rentrer une valise
Partout : --json (pour un programme), --data DOSSIER, --operator NOM, --language en. Codes de sortie : docs/errors-fleet.md""")


_SENTENCES = (
    ("the following arguments are required:", "il manque"),
    ("unrecognized arguments:", "mot inconnu :"),
    ("expected one argument", "une valeur est attendue"),
    ("expected at least one argument", "au moins une valeur est attendue"),
    ("not allowed with argument", "ne va pas avec"),
    ("invalid choice:", "choix inconnu :"),
    ("choose from", "choisissez parmi"),
    ("invalid int value:", "un nombre est attendu :"),
    ("argument ", ""),
)


class _Parser(argparse.ArgumentParser):
    """Argparse that speaks French."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["add_help"] = False
        super().__init__(*args, **kwargs)
        self._positionals.title = "arguments"
        self.add_argument("-h", "--help", action="help", help=_("affiche cette aide"))

    def error(self, message: str) -> NoReturn:
        for english, french in _SENTENCES if spoken() == "fr" else ():
            message = message.replace(english, french)
        self.print_usage(sys.stderr)
        self.exit(2, _("Commande mal écrite : {message}\nAide : {prog} --help\n").format(message=message, prog=self.prog))


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; only the module of command `only` is imported (all of them when None)."""
    parser = _Parser(
        prog="fleet",
        description=_("Valises d’appareils : prêts, remise à zéro et sa preuve."),
        epilog=_(EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(dest="command", metavar=_("COMMANDE"), title="commandes")
    for name, (module, text) in COMMANDS.items():
        text = _(text)
        sub = subparsers.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        if only in (None, name):
            import_module(module).register(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    rest, options = take_globals(list(sys.argv[1:] if argv is None else argv))
    speak(options["language"] or os.environ.get("COLPORTEUR_LANGUAGE", "fr"))
    console = Console(json=options["json"] == "1")
    rest = rest or ["today"]
    command = rest[0] if rest[0] in COMMANDS else ""
    try:
        parser = build_parser(only=command)
        if options["missing"]:
            parser.error(_("il manque la valeur de {value}").format(value=options["missing"]))
        args = parser.parse_args(rest)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    module = import_module(COMMANDS[command][0])
    context = Context(data=Path(options["data"] or default_data()), console=console, operator=options["operator"], now=utc_now)
    try:
        return int(module.run(args, context))
    except FleetError as error:
        return console.failure(error)
    except KeyboardInterrupt:
        return console.failure(Cancelled(_("Arrêté. Rien n’est perdu : relancez la même commande pour continuer.")))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        context.close()


def take_globals(argv: list[str]) -> tuple[list[str], dict[str, str]]:
    """Split the options that may stand anywhere from the rest: `(rest, {"json", "data", "operator", "language", "missing"})`."""
    rest: list[str] = []
    options = {"json": "", "data": "", "operator": "", "language": "", "missing": ""}
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word == "--json":
            options["json"] = "1"
        elif name in ("--data", "--operator", "--language"):
            given = value if equals else next(words, None)
            if given is None:
                options["missing"] = name
            else:
                options[name[2:]] = given
        else:
            rest.append(word)
    return rest, options


def default_data() -> Path:
    """`$COLPORTEUR_DATA`, else the user's data folder."""
    given = os.environ.get("COLPORTEUR_DATA")
    return Path(given) if given else Path.home() / ".local" / "share" / "colporteur"
