"""`fleet verify`: read devices and compare with their profile, changing nothing."""

from __future__ import annotations

import argparse

from fleet.cli.context import Context
from fleet.cli.operating import Run, add_selection, remember, select, show
from fleet.operations.verify import Verify


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    add_selection(parser)


def run(args: argparse.Namespace, context: Context) -> int:
    """Verify the selection."""
    selection = select(args, context)
    outcomes = Run(args, context, selection).go(Verify.of)
    remember(context, outcomes, resets=False)
    return show(context, {d.id: d.name for d in selection.devices}, outcomes)
