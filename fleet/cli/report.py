"""`fleet report`: papers as PDF: labels, loan slip, check-in sheet, certificate."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from fleet.cli.common import Actions, run_action, write_file
from fleet.cli.context import Context
from fleet.cli.loan import find_loan
from fleet.cli.proof import signed_of
from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Device, Loan
from fleet.reports.certificate import certificate_pdf
from fleet.reports.checkin_sheet import checkin_sheet_pdf
from fleet.reports.labels import SHEETS, Label, accessory_label, case_label, device_label, labels_pdf
from fleet.reports.slip import SlipContent, slip_pdf
from fleet.store.inventory import Inventory
from fleet.store.photos import photo_path
from fleet.words import KIND, plural

run = run_action


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, _nothing)
    labels = actions.add("labels", _("étiquettes d’une valise, de ses appareils et accessoires, ou d’appareils"), print_labels)
    labels.add_argument("case", metavar=_("VALISE"), nargs="?", help=_("sans rien ni --device : tout l’inventaire"))
    labels.add_argument("--device", metavar=_("APPAREIL"), action="append", default=[])
    labels.add_argument("--sheet", choices=list(SHEETS), default="24", help=_("étiquettes par page : 24 (70×37), 21, 14 ou 65"))
    labels.add_argument("--skip", metavar="N", type=int, default=0, help=_("étiquettes déjà utilisées sur la première planche"))
    slip = actions.add("slip", _("bon de prêt"), print_slip)
    sheet = actions.add("checkin", _("feuille de retour, à scanner"), print_sheet)
    for sub in (slip, sheet):
        sub.add_argument("loan", metavar="VALISE|PRÊT")
    certificate = actions.add("certificate", _("attestation de remise à zéro"), print_certificate)
    certificate.add_argument("attestation", metavar=_("ATTESTATION|FICHIER"))
    for sub in (labels, slip, sheet, certificate):
        sub.add_argument("-o", "--output", metavar=_("FICHIER"), required=True, help=_("le PDF à écrire (« - » : sortie standard)"))


def _nothing(args: argparse.Namespace, context: Context) -> int:
    raise DataError(_("Quel papier ? labels, slip, checkin ou certificate : fleet report --help"))


def print_labels(args: argparse.Namespace, context: Context) -> int:
    """A case's label first, then its devices, then its accessories."""
    inventory = context.inventory
    labels: list[Label] = []
    cases = {case.id: case for case in inventory.cases()}
    for text in args.device:
        device = inventory.find_device(text)
        labels.append(device_label(device, cases.get(device.case_id)))
    if not args.device:
        chosen = [inventory.find_case(args.case)] if args.case else list(cases.values())
        for case in chosen:
            devices = inventory.devices(case.id)
            labels += [case_label(case, contents(devices)), *(device_label(d, case) for d in devices)]
            labels += [accessory_label(a, case) for a in inventory.accessories(case.id)]
        if not args.case:
            labels += [device_label(d, None) for d in inventory.devices("")]
    if not labels:
        raise DataError(_("Rien à étiqueter."))
    return _printed(context, args.output, labels_pdf(labels, context.now(), args.sheet, args.skip), plural(len(labels), "étiquette"))


def contents(devices: list[Device]) -> str:
    """ "16 tablettes, 4 liseuses"."""
    kinds = Counter(KIND[device.kind] for device in devices)
    return ", ".join(plural(count, word) for word, count in kinds.items()) or "vide"


def slip_content(inventory: Inventory, loan: Loan) -> SlipContent:
    """Everything the papers of a loan need."""
    case = inventory.case(loan.case_id)
    theme = next((t.label for t in inventory.themes() if t.id == case.theme_id), "")
    order = {device.id: index for index, device in enumerate(inventory.devices())}
    devices = [inventory.device(i) for i in sorted(loan.device_ids, key=lambda i: order.get(i, 0))]
    accessories = inventory.accessories(case.id)
    photos = {}
    for digest in {case.photo, *(a.photo for a in accessories)} - {""}:
        path = photo_path(inventory.folder, digest)
        if path.is_file():
            photos[digest] = path.read_bytes()
    return SlipContent(loan, case, inventory.library(loan.library_id), devices, accessories, theme, photos)


def print_slip(args: argparse.Namespace, context: Context) -> int:
    """To sign."""
    content = slip_content(context.inventory, find_loan(context, args.loan))
    return _printed(context, args.output, slip_pdf(content, context.now()), _("bon de prêt {id}").format(id=content.loan.id))


def print_sheet(args: argparse.Namespace, context: Context) -> int:
    """To scan when the case is back."""
    content = slip_content(context.inventory, find_loan(context, args.loan))
    return _printed(context, args.output, checkin_sheet_pdf(content, context.now()), _("feuille de retour {id}").format(id=content.loan.id))


def print_certificate(args: argparse.Namespace, context: Context) -> int:
    """From the inventory or a file; its signature is checked first."""
    signed = signed_of(context, args.attestation)
    return _printed(context, args.output, certificate_pdf(signed, context.now()), f"attestation {signed.attestation.id}")


def _printed(context: Context, name: str, data: bytes, what: str) -> int:
    path = write_file(name, data)
    if path != Path("-"):
        context.console.value({"file": str(path), "bytes": len(data)})
        context.console.say(f"{what[:1].upper()}{what[1:]} : {path}", "good")
    return 0
