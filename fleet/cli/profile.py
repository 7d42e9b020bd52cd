"""`fleet profile`: see and check profiles."""

from __future__ import annotations

import argparse
from pathlib import Path

from fleet.cli.common import Actions, plain_value, run_action
from fleet.cli.context import Context
from fleet.errors import NotFound
from fleet.i18n import _
from fleet.profiles import FOLDER, ProfileFolder
from fleet.words import KIND, plural

run = run_action


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_profiles)
    actions.add("list", _("tous les profils"), list_profiles)
    show = actions.add("show", _("un profil, héritage compris"), show_profile)
    show.add_argument("profile", metavar=_("PROFIL"))
    check = actions.add("check", _("relire tous les profils d’un dossier, avec les numéros de ligne des erreurs"), check_profiles)
    check.add_argument("folder", metavar=_("DOSSIER"), nargs="?", default=str(FOLDER))


def list_profiles(args: argparse.Namespace, context: Context) -> int:
    """One line a profile."""
    folder = ProfileFolder()
    profiles = [folder.load(profile_id) for profile_id in folder.ids if not _broken(folder, profile_id)]
    context.console.value(plain_value(profiles))
    rows = [[p.label, KIND[p.kind], " ← ".join((p.id, *p.parents))] for p in profiles]
    context.console.table([_("Profil"), _("Pour"), _("Code ← hérite de")], rows)
    problems = folder.check()
    if problems:
        context.console.say(_("{plural} : fleet profile check").format(plural=plural(len(problems), "erreur")), "warn")
    return 0


def _broken(folder: ProfileFolder, profile_id: str) -> bool:
    return any(problem.file == f"{profile_id}.toml" for problem in folder.check())


def show_profile(args: argparse.Namespace, context: Context) -> int:
    """What a device with this profile is like."""
    profile = ProfileFolder().load(args.profile)
    console = context.console
    console.value(plain_value(profile))
    console.say(profile.label, "strong")
    if profile.description:
        console.say(profile.description)
    if profile.parents:
        console.say(_("Hérite de : {listed}").format(listed=" ← ".join(profile.parents)), "mute")
    sections = (
        ("Contenus", [f"{p.source} → {p.target}" for p in profile.packs]),
        ("Applications", [f"{a.package} {a.version}".strip() for a in profile.apps]),
        ("Fichiers", [f"{f.target} ({f.mode:04o})" for f in profile.files]),
        (_("Réglages"), [f"{s.key} = {s.value}   ({s.scope})" for s in profile.settings]),
        (_("Comptes qui ne doivent pas exister"), list(profile.accounts_absent)),
        (_("Clés détruites d’abord"), list(profile.keys)),
        (_("Vidés à chaque remise à zéro"), list(profile.wipe)),
        (_("À faire par une personne"), [f"{c.text}{' (preuve)' if c.proof else ''}" for c in profile.checklist]),
    )
    for title, lines in sections:
        if lines:
            console.say()
            console.say(title, "strong")
        for line in lines:
            console.say(f"  {line}")
    return 0


def check_profiles(args: argparse.Namespace, context: Context) -> int:
    """Every mistake, one line each; exit code 3 when there is one."""
    path = Path(args.folder)
    if not path.is_dir():
        raise NotFound(_("Le dossier « {path} » n’existe pas.").format(path=path))
    folder = ProfileFolder(path)
    problems = folder.check()
    context.console.value([{"file": p.file, "line": p.line, "column": p.column, "message": p.reason} for p in problems])
    for problem in problems:
        context.console.say(str(problem), "warn")
    if not problems:
        context.console.say(_("{plural} sans erreur.").format(plural=plural(len(folder.ids), "profil")), "good")
    return 3 if problems else 0
