"""`workshop book TEXT.md`: an EPUB of a plain text, for "Ma liseuse" or any e-reader."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mediation_apps.errors import NotFound, PackStoreError
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime import limits
from mediation_apps.runtime.epub.read import read_epub
from mediation_apps.runtime.epub.write import write_epub
from mediation_apps.runtime.store import write_whole


def add(commands: Any) -> None:
    """Describe the command."""
    help_ = _("faire un livre EPUB d’un texte, pour « Ma liseuse » ou toute liseuse")
    made: argparse.ArgumentParser = commands.add_parser("book", help=help_, description=help_)
    made.add_argument("text", type=Path, help=_("le texte : « # Titre », « ## Chapitre », des paragraphes"))
    made.add_argument("-o", "--output", type=Path)
    made.add_argument("--language", default="fr", metavar="xx")
    made.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the book beside its text, unless told otherwise; read it again before saying so."""
    target: Path = options.output or options.text.with_suffix(".epub")
    data = build(options.text, options.language)
    book = read_epub(data)
    try:
        write_whole(target, data)
    except OSError as e:
        raise PackStoreError(_("Le livre n’a pas pu être écrit : disque plein ou protégé.")) from e
    counted = ngettext("{n} chapitre", "{n} chapitres", len(book.chapters)).format(n=len(book.chapters))
    print(_("{name} : « {title} », {chapters}.").format(name=target.name, title=book.title, chapters=counted))
    return 0


def build(text: Path, language: str = "fr") -> bytes:
    """The EPUB of a text and of the pictures beside it."""
    try:
        source = text.read_bytes()[: limits.MAX_TEXT_FILE].decode("utf-8-sig")
        beside = [file for file in sorted(text.parent.iterdir()) if file.suffix.lower() in (".png", ".jpg", ".jpeg")]
        pictures = {file.name: file.read_bytes() for file in beside if file.stat().st_size <= limits.MAX_TEXT_FILE}
    except (OSError, UnicodeDecodeError) as e:
        raise NotFound(_("Ce texte ne se lit pas. Vérifiez son nom, et enregistrez-le en UTF-8.")) from e
    return write_epub(source, pictures, language)
