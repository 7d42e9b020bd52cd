"""`fleet library`: the libraries that borrow."""

from __future__ import annotations

import argparse
from pathlib import Path

from fleet.cli.common import Actions, plain_value, read_file, run_action, write_file
from fleet.cli.context import Context
from fleet.cli.importing import report_import
from fleet.errors import DataError
from fleet.i18n import _
from fleet.identifiers import slug
from fleet.model import Library
from fleet.store.exchange import export_libraries, import_libraries

run = run_action
TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "bibliotheques-04.csv"


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_libraries)
    actions.add("list", _("toutes les bibliothèques"), list_libraries)
    add = actions.add("add", _("ajouter ou changer une bibliothèque"), add_library)
    add.add_argument("name", metavar=_("NOM"))
    add.add_argument("--town", metavar=_("COMMUNE"), required=True)
    add.add_argument("--department", metavar="04", default="04")
    add.add_argument("--email", metavar=_("COURRIEL"), default="")
    add.add_argument("--phone", metavar=_("TÉLÉPHONE"), default="")
    bring = actions.add("import", _("importer un tableau CSV"), import_file)
    bring.add_argument("file", metavar=_("FICHIER"), nargs="?")
    bring.add_argument("--template", action="store_true", help=_("la liste de départ fournie, à corriger ensuite"))
    out = actions.add("export", _("exporter en CSV (« - » : à l’écran)"), export_file)
    out.add_argument("file", metavar=_("FICHIER"))


def list_libraries(args: argparse.Namespace, context: Context) -> int:
    """One line a library."""
    libraries = context.inventory.libraries()
    context.console.value(plain_value(libraries))
    if libraries:
        context.console.table(
            [_("Commune"), _("Bibliothèque"), _("Courriel"), _("Code")], [[x.town, x.name, x.email, x.id] for x in libraries]
        )
    else:
        context.console.say(_("Aucune bibliothèque. La liste de départ : fleet library import --template"))
    return 0


def add_library(args: argparse.Namespace, context: Context) -> int:
    """Enter or replace a library, known by its town."""
    library = Library(slug(args.town), args.name, args.town, args.department, args.email, args.phone)
    context.inventory.save_library(library)
    context.console.value(plain_value(library))
    context.console.say(_("{name} est enregistrée.").format(name=library.name), "good")
    return 0


def import_file(args: argparse.Namespace, context: Context) -> int:
    """Take the good rows, hand back the others."""
    if bool(args.file) == args.template:
        raise DataError(_("Donnez un fichier, ou bien --template."))
    data = TEMPLATE.read_bytes() if args.template else read_file(args.file)
    return report_import(context, import_libraries(context.inventory, data), args.file or "-", _("Bibliothèques"))


def export_file(args: argparse.Namespace, context: Context) -> int:
    """All libraries."""
    path = write_file(args.file, export_libraries(context.inventory))
    if path != Path("-"):
        context.console.value({"file": str(path)})
        context.console.say(_("Écrit : {path}").format(path=path), "good")
    return 0
