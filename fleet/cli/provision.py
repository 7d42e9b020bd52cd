"""`fleet provision`: make devices what their profile asks for; what is right already is left alone."""

from __future__ import annotations

import argparse

from fleet.cli.context import Context
from fleet.cli.operating import Run, add_selection, remember, select, show
from fleet.operations.provision import Provision


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    add_selection(parser)


def run(args: argparse.Namespace, context: Context) -> int:
    """Provision the selection."""
    selection = select(args, context)
    outcomes = Run(args, context, selection).go(Provision.of)
    remember(context, outcomes, resets=False)
    return show(context, {d.id: d.name for d in selection.devices}, outcomes)
