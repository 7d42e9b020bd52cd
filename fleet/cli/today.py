"""`fleet`: the day's situation in one sentence, then what to do."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from fleet.calendar import local_day
from fleet.cli.context import Context
from fleet.i18n import _
from fleet.situation import Situation, situation
from fleet.store.loans import Loans
from fleet.words import day

SHOWN = 12


def register(parser: argparse.ArgumentParser) -> None:
    """No options."""
    parser.set_defaults()


def current_situation(context: Context) -> Situation:
    """Now, from the inventory."""
    inventory = context.inventory
    loans = Loans(inventory).active()
    libraries = {library.id: library for library in inventory.libraries()}
    return situation(inventory.devices(), inventory.cases(), libraries, loans, local_day(context.now()))


def run(args: argparse.Namespace, context: Context) -> int:
    """Say it."""
    now = current_situation(context)
    console = context.console
    console.value(asdict(now) | {"sentence": now.sentence.replace("\u00a0", " ")})
    if context.inventory.store.recovered:
        console.note(
            _("Attention : l’inventaire était abîmé ou absent. La dernière bonne copie a été reprise ; un fichier abîmé est gardé à côté.")
        )
    if not context.inventory.devices() and not context.inventory.cases():
        return _welcome(context)
    console.say(day(local_day(context.now())).capitalize(), "mute")
    console.say(now.sentence, "strong")
    if not now.todo:
        console.say(_("Rien de pressé aujourd’hui."), "good")
    for item in now.todo[:SHOWN]:
        console.say()
        console.say(("! " if item.urgent else "· ") + item.text, "warn" if item.urgent else "")
        if item.command:
            console.say(f"    {item.command}", "action")
    if len(now.todo) > SHOWN:
        console.say()
        console.say(_("… et {count} autres choses.").format(count=len(now.todo) - SHOWN), "mute")
    return 0


def _welcome(context: Context) -> int:
    """The first day."""
    say = context.console.say
    say(_("Bienvenue. Aucun appareil n’est encore connu ici."), "strong")
    steps = (
        (_("Les bibliothèques, d’après la liste fournie :"), "fleet library import --template"),
        (_("Une valise :"), 'fleet case add "Valise 1" --theme info-ou-intox'),
        (_("Ses appareils, un par un ou depuis un tableau :"), 'fleet device add "Tablette 1" --case "Valise 1"'),
        ("", "fleet device import appareils.csv"),
        (_("Puis, appareils allumés sur la table :"), "fleet discover"),
    )
    for text, command in steps:
        if text:
            say()
            say(f"· {text}")
        say(f"    {command}", "action")
    return 0
