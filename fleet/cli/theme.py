"""`fleet theme`: what a case is for, and the profile each kind of device gets."""

from __future__ import annotations

import argparse
from dataclasses import replace

from fleet.cli.common import Actions, plain_value, run_action
from fleet.cli.context import Context
from fleet.codes import DeviceKind
from fleet.errors import DataError
from fleet.i18n import _
from fleet.identifiers import plain, slug
from fleet.model import Theme
from fleet.profiles import ProfileFolder
from fleet.words import KIND

run = run_action


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_themes)
    actions.add("list", _("tous les thèmes"), list_themes)
    add = actions.add("add", _("créer un thème"), add_theme)
    add.add_argument("label", metavar=_("NOM"))
    change = actions.add("set", _("changer un thème"), set_theme)
    change.add_argument("theme", metavar=_("THÈME"))
    for sub in (add, change):
        sub.add_argument("--profile", metavar=_("SORTE=PROFIL"), action="append", default=[], help=_("par exemple tablette=info-ou-intox"))


def list_themes(args: argparse.Namespace, context: Context) -> int:
    """One line a theme."""
    themes = context.inventory.themes()
    context.console.value(plain_value(themes))
    rows = [[t.label, ", ".join(f"{KIND[kind]} → {profile}" for kind, profile in sorted(t.profiles.items())), t.id] for t in themes]
    context.console.table([_("Thème"), _("Profils"), _("Code")], rows, shrink=1)
    return 0


def add_theme(args: argparse.Namespace, context: Context) -> int:
    """A new theme."""
    theme = Theme(slug(args.label), args.label)
    if any(t.id == theme.id for t in context.inventory.themes()):
        raise DataError(_("Le thème « {label} » existe déjà : fleet theme set {id} …").format(label=args.label, id=theme.id))
    return _save(context, theme, args.profile)


def set_theme(args: argparse.Namespace, context: Context) -> int:
    """Change profiles of a theme."""
    return _save(context, context.inventory.find_theme(args.theme), args.profile)


def _save(context: Context, theme: Theme, given: list[str]) -> int:
    profiles = dict(theme.profiles)
    folder = ProfileFolder()
    for text in given:
        kind_text, _equals, profile_id = text.partition("=")
        kind = next((k for k in DeviceKind if plain(kind_text) in (k.value, plain(KIND[k]), plain(KIND[k]).split()[0])), None)
        if kind is None:
            raise DataError(
                _("« {kind_text} » n’est pas une sorte d’appareil : {listed}.").format(kind_text=kind_text, listed=", ".join(KIND.values()))
            )
        if profile_id:
            folder.load(profile_id)
            profiles[kind] = profile_id
        else:
            profiles.pop(kind, None)
    theme = replace(theme, profiles=profiles)
    context.inventory.save_theme(theme)
    context.console.value(plain_value(theme))
    context.console.say(_("Le thème « {label} » est à jour.").format(label=theme.label), "good")
    return 0
