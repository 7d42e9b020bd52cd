"""`workshop new`, `pack`, `import-h5p`, `install`, `list`: from an empty folder to a tablet."""

from __future__ import annotations

import argparse
import json
import shlex
import unicodedata
from pathlib import Path
from typing import Any

from mediation_apps.cli.places import data_folder, find_pack, shipped
from mediation_apps.errors import PackError, PackStoreError
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import FolderFiles, open_files, too_large
from mediation_apps.runtime.h5p.convert import TYPES
from mediation_apps.runtime.h5p.package import REFUSED, is_loose, packed, read_h5p
from mediation_apps.runtime.pack import read_pack
from mediation_apps.runtime.store import PackStore, write_pack, write_whole
from mediation_apps.runtime.template import new_files

UNCHOSEN = ("H5P.Row", "H5P.RowColumn", "H5P.Text", "H5P.Video")  # parts of others, and what is not played


def add(commands: Any) -> None:
    """Describe the commands."""
    made = _command(commands, "new", _("créer le dossier d’un nouvel atelier, prêt à modifier"), new)
    made.add_argument("folder", type=Path)
    made.add_argument("--title", default="")
    made = _command(commands, "pack", _("faire d’un dossier un seul fichier, à copier sur une clé"), pack)
    made.add_argument("folder", type=Path)
    made.add_argument("-o", "--output", type=Path)
    made = _command(commands, "import-h5p", _("ajouter une activité H5P à un atelier"), import_h5p)
    made.add_argument("package", type=Path)
    made.add_argument("folder", type=Path)
    made = _command(commands, "install", _("installer un atelier sur cette tablette"), install)
    made.add_argument("pack", type=Path)
    made = _command(commands, "list", _("les ateliers fournis et installés"), list_)
    made.add_argument("--json", action="store_true")


def _command(commands: Any, name: str, help_: str, run: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
    made.set_defaults(run=run)
    return made


def slug(title: str) -> str:
    """An identifier made of a title: lower case, no accents, hyphens."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(sign))
    return "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in bare).split())[:60].strip("-") or "atelier"


def new(options: argparse.Namespace) -> int:
    """Write a small workshop that plays, so that changing it is enough."""
    folder: Path = options.folder
    title = options.title or folder.name.replace("-", " ").replace("_", " ").capitalize()
    if folder.exists() and any(folder.iterdir()):
        raise PackError(_("Le dossier « {name} » contient déjà quelque chose. Choisissez un autre nom.").format(name=folder.name))
    try:
        for name, text in new_files(title, slug(title)).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as e:
        raise PackStoreError(_("Le dossier n’a pas pu être écrit : disque plein ou protégé.")) from e
    after = _("Atelier créé dans « {name} ». Changez-le : colporteur workshop edit {path}\nVérifiez-le : colporteur workshop check {path}")
    print(after.format(name=folder.name, path=shlex.quote(str(folder))))
    return 0


def pack(options: argparse.Namespace) -> int:
    """Check a folder and write it as one file."""
    folder, code = find_pack(options.folder)
    if not folder.is_dir():
        raise PackError(_("« {name} » est déjà un paquet.").format(name=folder.name))
    files = open_files(folder, code=code)
    about = read_pack(files)
    target: Path = options.output or Path(f"{about.manifest.identifier}.zip")
    write_pack(files, target)
    refused = sum(entry.status == REFUSED for entry in about.entries)
    counted = ngettext("{n} activité", "{n} activités", len(about.entries)).format(n=len(about.entries))
    print(_("{name} : {activities}, {size} ko.").format(name=target.name, activities=counted, size=target.stat().st_size // 1024 + 1))
    warn_of(refused)
    return 0


def warn_of(refused: int) -> None:
    """Say that so many activities are left out, and where to learn why."""
    if refused:
        told = ngettext("{n} activité refusée", "{n} activités refusées", refused).format(n=refused)
        print(_("Attention : {refused}. « workshop check » dit pourquoi.").format(refused=told))


def import_h5p(options: argparse.Namespace) -> int:
    """Copy an H5P package into a workshop's folder, after telling its licence and what will be missing."""
    folder: Path = options.folder
    if not (folder / "manifest.toml").is_file():
        raise PackError(_("« {name} » n’est pas un dossier d’atelier : il manque manifest.toml.").format(name=folder.name))
    try:
        loose = is_loose(options.package)
        if not loose and options.package.stat().st_size > limits.MAX_ARCHIVE:
            raise too_large()
        data = packed(FolderFiles(options.package)) if loose else options.package.read_bytes()
    except OSError as e:
        raise PackError(_("Ce fichier ne se lit pas. Vérifiez son nom et la clé USB.")) from e
    package = read_h5p(data)
    for note in package.notes:
        print(f"  ! {note}")
    if package.status == REFUSED:
        types = ", ".join(sorted(name.removeprefix("H5P.") for name in TYPES if name not in UNCHOSEN))
        said = _("Rien de cette activité ne peut être joué ici : elle n’a pas été ajoutée. Refaites-la dans un type qui se joue : {types}.")
        raise PackError(said.format(types=types))
    target = _free(folder / "activities" / f"{slug(package.title or options.package.stem)}.h5p")
    try:
        target.parent.mkdir(exist_ok=True)
        write_whole(target, data)
    except OSError as e:
        raise PackStoreError(_("L’activité n’a pas pu être copiée : disque plein ou protégé.")) from e
    licence = package.license if package.license and package.license != "U" else _("non indiquée : demandez à son auteur")
    print(_("Ajoutée : activities/{name}. Licence : {licence}.").format(name=target.name, licence=licence))
    return 0


def _free(path: Path) -> Path:
    candidates = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 1000))
    return path if not path.exists() else next(found for found in candidates if not found.exists())


def install(options: argparse.Namespace) -> int:
    """Put a workshop into this tablet's store."""
    found, _code = find_pack(options.pack)
    pack_ = PackStore(data_folder()).install(found)
    print(_("« {title} » est installé.").format(title=pack_.manifest.title))
    return 0


def list_(options: argparse.Namespace) -> int:
    """Name what can be played here."""
    names = {"shipped": list(shipped()), "installed": list(PackStore(data_folder()).names())}
    if options.json:
        print(json.dumps(names))
    else:
        print("\n".join([*(f"{name}  ({_('fourni')})" for name in names["shipped"]), *names["installed"]]))
    return 0
