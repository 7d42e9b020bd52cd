"""`fleet loan checkin`: by exceptions on the command line, or with a barcode reader on the standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fleet.checkin import CheckIn
from fleet.cli.context import Context
from fleet.errors import Cancelled, DataError, NotFound
from fleet.i18n import _
from fleet.model import CheckinException, ExceptionKind, Loan
from fleet.store.inventory import Inventory
from fleet.store.loans import Loans
from fleet.words import EXCEPTION, plural

MAX_LINES = 5000


def add_checkin_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `checkin`."""
    parser.add_argument("loan", metavar="VALISE|PRÊT", nargs="?", help=_("sans rien : scannez l’étiquette de la valise"))
    parser.add_argument("--missing", metavar=_("CHOSE"), action="append", default=[], help=_("ce qui manque"))
    parser.add_argument("--damaged", metavar=_("CHOSE[:QUOI]"), action="append", default=[], help=_("ce qui est abîmé, et comment"))
    parser.add_argument("--count", metavar=_("ACCESSOIRE=N"), action="append", default=[], help=_("combien sont revenus"))
    parser.add_argument("--scan", action="store_true", help=_("lire les exceptions au lecteur de codes"))
    parser.add_argument("--each", action="store_true", help=_("scanner chaque chose : ce qui n’est pas scanné manque"))


def check_in(args: argparse.Namespace, context: Context) -> int:
    """The case is back."""
    inventory, loans = context.inventory, Loans(context.inventory)
    loan = _loan(args.loan, context, loans)
    case = inventory.case(loan.case_id)
    exceptions = list(_from_options(args, inventory, loan))
    if args.scan or args.each or args.loan is None:
        exceptions += _from_reader(args, context, loan)
    loan = loans.check_in(loan.id, exceptions)
    console = context.console
    console.value(
        {
            "loan": loan.id,
            "case": case.id,
            "returned_at": loan.returned_at.isoformat() if loan.returned_at else None,
            "exceptions": [{"item": e.item, "kind": e.kind.value, "count": e.count} for e in loan.exceptions],
        }
    )
    if not loan.exceptions:
        console.say(
            _("{name} est rentrée, complète : {plural}.").format(name=case.name, plural=plural(len(loan.device_ids), "appareil")), "good"
        )
    else:
        console.say(
            _("{name} est rentrée, avec {plural} :").format(name=case.name, plural=plural(len(loan.exceptions), "exception")), "strong"
        )
    for exception in loan.exceptions:
        console.say(f"  {_name(inventory, loan, exception.item)} : {EXCEPTION[exception.kind]} {exception.note}".rstrip(), "warn")
    console.say(_('Pour la remettre à zéro : fleet reset --case "{name}"').format(name=case.name), "action")
    return 0


def _loan(text: str | None, context: Context, loans: Loans) -> Loan:
    """The loan that is out, by number, case or the label that is scanned."""
    if text is None:
        text = context.console.ask(_("Scannez l’étiquette de la valise :"))
    try:
        return loans.get(text)
    except NotFound:
        case = context.inventory.find_case(text)
        found = loans.out_of_case(case.id)
        if found is None:
            raise NotFound(_("{name} n’est pas en prêt : il n’y a rien à rentrer.").format(name=case.name)) from None
        return found


def _from_options(args: argparse.Namespace, inventory: Inventory, loan: Loan) -> Sequence[CheckinException]:
    found = [CheckinException(_item(inventory, loan, text), ExceptionKind.MISSING) for text in args.missing]
    for text in args.damaged:
        thing, _colon, note = text.partition(":")
        found.append(CheckinException(_item(inventory, loan, thing), ExceptionKind.DAMAGED, note=note.strip()))
    for text in args.count:
        name, equals, number = text.rpartition("=")
        if not equals or not number.isdigit():
            raise DataError(_("« {text} » : écrivez par exemple --count chargeurs=18").format(text=text))
        accessory = inventory.find_accessory(name, loan.case_id)
        if int(number) < accessory.count:
            kind = ExceptionKind.INCOMPLETE if int(number) else ExceptionKind.MISSING
            found.append(CheckinException(accessory.id, kind, accessory.count - int(number)))
    return found


def _item(inventory: Inventory, loan: Loan, text: str) -> str:
    """A device of the loan, else an accessory of the case."""
    try:
        device = inventory.find_device(text, loan.case_id)
    except NotFound:
        return inventory.find_accessory(text, loan.case_id).id
    if device.id not in loan.device_ids:
        raise NotFound(_("{name} n’était pas dans ce prêt.").format(name=device.name))
    return device.id


def _from_reader(args: argparse.Namespace, context: Context, loan: Loan) -> Sequence[CheckinException]:
    """Lines from a keyboard-wedge reader until « fin » or an empty line; a broken-off session changes nothing."""
    inventory = context.inventory
    devices = [inventory.device(i) for i in loan.device_ids]
    others = [d for d in inventory.devices() if d.id not in loan.device_ids]
    session = CheckIn(inventory.case(loan.case_id), devices, inventory.accessories(loan.case_id), others, each=args.each)
    how = (
        "Scannez chaque chose, puis FIN."
        if args.each
        else _("Scannez seulement ce qui ne va pas (MANQUE ou ABÎMÉ, puis la chose), puis FIN.")
    )
    context.console.note(how)
    for _number in range(MAX_LINES):
        line = sys.stdin.readline(1000)
        if not line:
            raise Cancelled(_("La lecture s’est arrêtée avant FIN : rien n’a été rentré. Recommencez."))
        reply = session.feed(line)
        context.console.note(("  " if reply.good else "! ") + reply.text)
        if session.done:
            return session.exceptions
    raise DataError(_("Trop de lignes lues : rien n’a été rentré."))


def _name(inventory: Inventory, loan: Loan, item: str) -> str:
    names = {a.id: a.name for a in inventory.accessories(loan.case_id)} | {d.id: d.name for d in inventory.devices()}
    return names.get(item, item)
