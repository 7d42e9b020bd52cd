"""`catalogue holds`: what became of the holds taken on this kiosk.

Guarantees: nothing in it tells whose they are; the outbox is read without being opened for writing, so that it may be asked
from another account while the kiosk works.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kiosk.cli.terminal import Terminal, plural, printable
from kiosk.domain import Hold, HoldState
from kiosk.store.outbox import read_all

GROUPS = (
    ("À dire à la personne quand elle demande", (HoldState.REFUSED, HoldState.EXPIRED), "bad"),
    ("En attente d’une connexion", (HoldState.WAITING, HoldState.SENDING), "warn"),
    ("Transmises au système de prêt", (HoldState.ACCEPTED,), "good"),
    ("Annulées par la personne", (HoldState.CANCELLED,), "mute"),
)


def shape(hold: Hold) -> dict[str, Any]:
    """One hold as JSON: everything but its key, which only the kiosk needs."""
    value = asdict(hold)
    del value["key"]
    return value | {"state": hold.state.value}


def main(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print them, those that somebody must be told about first."""
    holds = read_all(arguments.data)
    if arguments.json:
        counts = Counter(hold.state.value for hold in holds)
        answer = {"holds": [shape(h) for h in holds], "counts": {s.value: counts[s.value] for s in HoldState}}
        terminal.line(json.dumps(answer, ensure_ascii=False, indent=1))
        return 0
    if not holds:
        terminal.line("Aucune demande de réservation sur ce poste.")
    for title, states, style in GROUPS:
        chosen = [hold for hold in holds if hold.state in states]
        if chosen:
            terminal.line(terminal.style(f"{title} ({len(chosen)})", "strong"))
        for hold in chosen:
            _print(hold, style, terminal)
    return 0


def _print(hold: Hold, style: str, terminal: Terminal) -> None:
    placed = datetime.fromisoformat(hold.placed_at).astimezone()
    facts = [f"le {placed:%d/%m} à {placed:%H} h {placed:%M}", f"retrait : {hold.pickup}"]
    if hold.position:
        facts.append(f"place {hold.position} dans la file")
    if hold.tries > 1:
        facts.append(plural(hold.tries, "essai"))
    terminal.line("  " + terminal.style(printable(hold.title), style))
    terminal.line("    " + printable(" · ".join(facts)))
    if hold.reason:
        terminal.paragraph(hold.reason, "    ")
