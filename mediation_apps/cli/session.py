"""`workshop lead PACK` on the facilitator's tablet, `workshop join` on the others, `workshop edit DIR` on the author's screen."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from mediation_apps.cli.places import data_folder, device_catalogue, find_named, find_pack
from mediation_apps.cli.play import prepare_window, size
from mediation_apps.errors import NotFound, PackError
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import pages
from mediation_apps.runtime.pack import Pack, load_pack
from mediation_apps.runtime.session.discovery import Found
from mediation_apps.runtime.session.invitation import PORT
from mediation_apps.runtime.session.parcel import Inbox
from mediation_apps.runtime.session.room import Room


def add(commands: Any) -> None:
    """Describe the commands."""
    help_ = _("animer une séance : voir chaque tablette, commencer, figer, envoyer à une page, terminer")
    made: argparse.ArgumentParser = commands.add_parser("lead", help=help_, description=help_)
    made.add_argument("pack", type=Path, help=_("dossier, fichier .zip, ou nom d’un atelier fourni"))
    made.add_argument(
        "--results", type=Path, metavar="DOSSIER", help=_("à la fin, enregistrer les résultats anonymes dans ce dossier (une clé)")
    )
    made.add_argument("--port", type=int, default=PORT)
    made.add_argument("--size", default="", metavar="LxH")
    made.add_argument("--switches", action="store_true", help=_("deux boutons : Espace avance, Entrée appuie"))
    made.set_defaults(run=lead)
    help_ = _("rejoindre une séance avec son code")
    made = commands.add_parser("join", help=help_, description=help_)
    made.add_argument("--host", default="", metavar="ADRESSE", help=_("sans recherche sur le Wi-Fi : ADRESSE ou ADRESSE:PORT"))
    made.add_argument("--size", default="", metavar="LxH")
    made.add_argument("--switches", action="store_true", help=_("deux boutons : Espace avance, Entrée appuie"))
    made.set_defaults(run=join)
    help_ = _("changer les textes, les réponses et les images d’un atelier, avec la page à côté")
    made = commands.add_parser("edit", help=help_, description=help_)
    made.add_argument("folder", type=Path)
    made.add_argument("--activity", default="")
    made.add_argument("--pictures", type=Path, metavar="DOSSIER", help=_("où prendre des images ; sinon les clés USB"))
    made.add_argument("--switches", action="store_true", help=_("deux boutons : Espace avance, Entrée appuie"))
    made.add_argument("--size", default="", metavar="LxH")
    made.set_defaults(run=edit)


def edit(options: argparse.Namespace) -> int:
    """Open the editor on a folder."""
    folder: Path = options.folder
    if not (folder / "manifest.toml").is_file():
        raise NotFound(_("« {name} » n’est pas un dossier d’atelier. Créez-en un avec « workshop new ».").format(name=folder.name))
    load_pack(folder)
    _window(options.size)
    from mediation_apps.runtime.ui.session_app import EditApp

    EditApp(folder, options.activity, options.pictures, options.switches).run()
    return 0


def lead(options: argparse.Namespace) -> int:
    """Open a session and its screen."""
    pack = _pack(options.pack)
    if options.results is not None and not options.results.is_dir():
        raise NotFound(_("Le dossier des résultats est introuvable : la clé est-elle branchée ?"))
    if not pack.activities:
        raise PackError(_("Aucune activité de cet atelier ne peut être jouée. Lancez « workshop check » pour savoir pourquoi."))
    seed = secrets.randbelow(1 << 30)
    room = Room(f"{secrets.randbelow(10_000):04d}", pack.manifest.identifier, seed, len(pages(pack.activities, seed)))
    _window(options.size)
    from mediation_apps.runtime.session.results import save_to
    from mediation_apps.runtime.ui.session_app import LeadApp

    LeadApp(pack, room, options.port, save_to(options.results, pack.manifest.identifier), switches=options.switches).run()
    return 0


def join(options: argparse.Namespace) -> int:
    """Look for a session, ask for its code, play."""
    direct = None
    if options.host:
        host, _colon, port = options.host.partition(":")
        direct = Found(host, host, int(port) if port.isdecimal() and int(port) < 65_536 else PORT, "")
    _window(options.size)
    from mediation_apps.runtime.ui.session_app import JoinApp

    JoinApp(named, direct, inbox=Inbox(data_folder()), switches=options.switches, catalogue=device_catalogue()).run()
    return 0


def named(identifier: str) -> Pack:
    """The workshop that the facilitator's tablet names, if this one has it."""
    found, code = find_named(identifier)
    return load_pack(found, code=code)


def _pack(path: Path) -> Pack:
    found, code = find_pack(path)
    return load_pack(found, code=code)


def _window(wanted: str) -> None:
    width, height = size(wanted or "1280x800")
    prepare_window(width, height, offscreen=None, fullscreen=not wanted)
