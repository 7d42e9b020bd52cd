"""`fleet loan`: reserve, prepare, check out, check in, extend, cancel; the calendar and its exports.

A loan is named by its number or by its case: the one that is out, else the next one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fleet.calendar import Phase, local_day, phase
from fleet.charge import to_charge
from fleet.cli.common import NEAR, Actions, parse_day, plain_value, read_file, run_action, write_file
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.cli.loan_checkin import add_checkin_arguments, check_in
from fleet.cli.timeline import timeline
from fleet.errors import FleetError, NotFound
from fleet.i18n import _
from fleet.icalendar import calendar_text
from fleet.identifiers import plain
from fleet.model import Device, DeviceState, Loan
from fleet.profiles import ProfileFolder
from fleet.signature import drawn, typed
from fleet.store.exchange import export_loans
from fleet.store.loans import Loans
from fleet.store.purge import forgotten_on
from fleet.words import EXCEPTION, day, moment, plural, short_day, span

run = run_action
PHASES: dict[Phase, tuple[str, str]] = {
    Phase.UPCOMING: ("réservé", ""),
    Phase.TO_PREPARE: ("à préparer", "action"),
    Phase.NOT_FETCHED: ("pas parti", "warn"),
    Phase.OUT: ("sorti", ""),
    Phase.DUE_TODAY: ("rentre aujourd’hui", "action"),
    Phase.LATE: ("en retard", "warn"),
    Phase.RETURNED: ("rentré", "mute"),
    Phase.CANCELLED: ("annulé", "mute"),
}


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_loans)
    listing = actions.add("list", _("les prêts en cours et à venir"), list_loans)
    listing.add_argument("--all", action="store_true", help=_("les prêts terminés aussi"))
    listing.add_argument("--case", metavar=_("VALISE"))
    actions.add("calendar", _("les semaines qui viennent, valise par valise"), show_calendar)
    reserve = actions.add("reserve", _("réserver une valise"), reserve_case)
    reserve.add_argument("case", metavar=_("VALISE"))
    reserve.add_argument("library", metavar=_("BIBLIOTHÈQUE"), help=_("code, nom ou commune"))
    reserve.add_argument("starts", metavar=_("DÉPART"), help=_("01/12, 01/12/2026, demain, mardi, +7"))
    reserve.add_argument("ends", metavar=_("RETOUR"), help=_("jour où elle revient : elle peut repartir le jour même"))
    reserve.add_argument("--for", dest="borrower", metavar=_("NOM"), default="", help=_("qui la prend ; effacé 4 mois après le retour"))
    reserve.add_argument("--note", metavar=_("TEXTE"), default="")
    actions.add("prepare", _("ce qu’il faut préparer dans les deux jours"), prepare)
    out = actions.add("checkout", _("la valise part, contre signature"), check_out)
    out.add_argument("loan", metavar="VALISE|PRÊT")
    out.add_argument("--signed", metavar=_("NOM"), help=_("signature tapée"))
    out.add_argument("--signature", metavar=_("FICHIER"), help=_("signature dessinée, SVG ou PNG"))
    out.add_argument("--for", dest="borrower", metavar=_("NOM"), default="", help=_("qui la prend, si ce n’est pas déjà dit"))
    out.add_argument("--without", metavar=_("APPAREIL"), action="append", default=[], help=_("laisser cet appareil ici"))
    out.add_argument("--anyway", metavar=_("RAISON"), default="", help=_("partir avec des appareils non prouvés propres, et pourquoi"))
    back = actions.add("checkin", _("la valise est revenue"), check_in)
    add_checkin_arguments(back)
    extend = actions.add("extend", _("prolonger un prêt"), extend_loan)
    extend.add_argument("loan", metavar="VALISE|PRÊT")
    extend.add_argument("ends", metavar=_("RETOUR"))
    cancel = actions.add("cancel", _("annuler une réservation"), cancel_loan)
    cancel.add_argument("loan", metavar=_("PRÊT"))
    show = actions.add("show", _("un prêt"), show_loan)
    show.add_argument("loan", metavar="VALISE|PRÊT")
    for name, text, action in (
        ("export", _("tous les prêts en CSV, sans les emprunteurs"), export_csv),
        ("ics", _("le calendrier des prêts, pour un agenda (iCalendar)"), export_ics),
    ):
        sub = actions.add(name, text, action)
        sub.add_argument("file", metavar=_("FICHIER"), help=_("« - » : à l’écran"))


def find_loan(context: Context, text: str) -> Loan:
    """By number, else the loan of that case that is out, else its next reservation."""
    loans = Loans(context.inventory)
    try:
        return loans.get(text)
    except NotFound:
        case = context.inventory.find_case(text)
        found = loans.out_of_case(case.id) or loans.next_of_case(case.id)
        if found is None:
            raise NotFound(_("{name} n’a aucun prêt en cours ni à venir.").format(name=case.name)) from None
        return found


def _public(loan: Loan) -> object:
    return plain_value(replace(loan, borrower="", signature=None))


def list_loans(args: argparse.Namespace, context: Context) -> int:
    """One line a loan."""
    inventory, loans, today = context.inventory, Loans(context.inventory), local_day(context.now())
    case_id = inventory.find_case(args.case).id if getattr(args, "case", None) else ""
    chosen = loans.all(case_id) if getattr(args, "all", False) else loans.active(case_id)
    cases = {case.id: case.name for case in inventory.cases()}
    towns = {library.id: library.town or library.name for library in inventory.libraries()}
    context.console.value([_public(loan) for loan in chosen])
    rows = []
    for loan in chosen:
        word, style = PHASES[phase(loan, today)]
        days = f"{short_day(loan.starts)} → {short_day(loan.ends)}"
        rows.append([loan.id, cases[loan.case_id], towns[loan.library_id], days, Cell(word, style), str(len(loan.device_ids))])
    if rows:
        context.console.table([_("Prêt"), _("Valise"), _("Pour"), _("Jours"), _("Où en est-il"), _("Appareils")], rows, shrink=2)
    else:
        context.console.say(_('Aucun prêt. Pour réserver : fleet loan reserve "Valise 3" Castellane mardi +14'))
    return 0


def show_calendar(args: argparse.Namespace, context: Context) -> int:
    """As many days as the terminal is wide, a line a case."""
    inventory, today = context.inventory, local_day(context.now())
    loans = Loans(inventory).active()
    towns = {library.id: library.town or library.name for library in inventory.libraries()}
    context.console.value([_public(loan) for loan in loans])
    for line, style in timeline(inventory.cases(), loans, towns, today, context.console.room):
        context.console.say(line, style)
    return 0


def reserve_case(args: argparse.Namespace, context: Context) -> int:
    """Promise a case."""
    inventory, today = context.inventory, local_day(context.now())
    starts = parse_day(args.starts, today)
    near = plain(args.ends) in NEAR  # « demain » is tomorrow, whenever the loan starts; « mardi » and « +7 » come after it
    ends = parse_day(args.ends, today if near else starts if args.ends.startswith("+") else max(today, starts))
    case, library = inventory.find_case(args.case), inventory.find_library(args.library)
    loan = Loans(inventory).reserve(case.id, library.id, starts, ends, args.borrower, args.note)
    context.console.value(plain_value(loan))
    where = library.town or library.name
    context.console.say(
        _("Prêt {id} : {name} pour {where}, {span}.").format(id=loan.id, name=case.name, where=where, span=span(starts, ends, today)),
        "good",
    )
    return 0


def _tell_low(context: Context, devices: Sequence[Device]) -> list[str]:
    """Say which devices should be charged first; returns their identifiers."""
    folder, wanted = ProfileFolder(), {}
    for device in devices:
        with suppress(FleetError):  # a profile with a mistake is told by `fleet profile check`
            profile_id = context.inventory.profile_id(device)
            wanted[device.id] = folder.load(profile_id).battery_min if profile_id else 0
    low = to_charge(devices, wanted, context.now())
    for device, percent in low:
        context.console.say(
            _("  à charger : {name}, {battery} % (il en faut {percent})").format(name=device.name, battery=device.battery, percent=percent),
            "warn",
        )
    return [device.id for device, _percent in low]


def prepare(args: argparse.Namespace, context: Context) -> int:
    """What leaves within two days, and what is not ready."""
    inventory, today = context.inventory, local_day(context.now())
    loans = [x for x in Loans(inventory).active() if phase(x, today) in (Phase.TO_PREPARE, Phase.NOT_FETCHED)]
    values = []
    for loan in loans:
        case, library = inventory.case(loan.case_id), inventory.library(loan.library_id)
        devices = [inventory.device(i) for i in loan.device_ids]
        unready = [d for d in devices if d.state is not DeviceState.READY]
        short = [a for a in inventory.accessories(case.id) if a.present < a.count]
        values.append({"loan": _public(loan), "not_ready": [d.id for d in unready], "accessories_short": [a.id for a in short]})
        context.console.say(f"{case.name} → {library.town}, {day(loan.starts, today)}", "strong")
        context.console.say(
            _("  {count} prêts sur {count2}").format(count=len(devices) - len(unready), count2=len(devices)),
            "good" if not unready else "warn",
        )
        if unready:
            context.console.say(_("  à remettre à zéro : ") + ", ".join(d.name for d in unready))
            context.console.say(_('    fleet reset --case "{name}"').format(name=case.name), "action")
        low = _tell_low(context, devices)
        values[-1]["to_charge"] = low
        for accessory in short:
            context.console.say(
                _("  {name} : {present} sur {count}").format(name=accessory.name, present=accessory.present, count=accessory.count), "warn"
            )
        if not unready:
            context.console.say(_('    fleet report slip "{name}" -o bon-de-pret.pdf').format(name=case.name), "action")
            context.console.say(_('    fleet loan checkout "{name}" --signed "Prénom Nom"').format(name=case.name), "action")
    if not loans:
        context.console.say(_("Rien à préparer dans les deux jours."))
    context.console.value(values)
    return 0


def check_out(args: argparse.Namespace, context: Context) -> int:
    """The case leaves."""
    inventory = context.inventory
    loan = find_loan(context, args.loan)
    signature = typed(args.signed) if args.signed else drawn(read_file(args.signature)) if args.signature else None
    left = [inventory.find_device(text, loan.case_id).id for text in args.without]
    loan = Loans(inventory).check_out(loan.id, signature, args.borrower or args.signed or "", left, args.anyway)
    case, library = inventory.case(loan.case_id), inventory.library(loan.library_id)
    context.console.value(_public(loan))
    _tell_low(context, [inventory.device(i) for i in loan.device_ids])
    counted = plural(len(loan.device_ids), "appareil")
    context.console.say(
        _("{name} est partie pour {town} avec {counted}. Retour prévu {day}.").format(
            name=case.name, town=library.town, counted=counted, day=day(loan.ends, local_day(context.now()))
        ),
        "good",
    )
    if signature is None:
        context.console.say(_("Pas de signature. Le bon à signer : fleet report slip {id} -o bon-de-pret.pdf").format(id=loan.id), "warn")
    return 0


def extend_loan(args: argparse.Namespace, context: Context) -> int:
    """Later than planned."""
    today = local_day(context.now())
    loan = find_loan(context, args.loan)
    loan = Loans(context.inventory).extend(loan.id, parse_day(args.ends, loan.ends if args.ends.startswith("+") else today))
    context.console.value(_public(loan))
    context.console.say(_("Prêt {id} prolongé : retour {day}.").format(id=loan.id, day=day(loan.ends, today)), "good")
    return 0


def cancel_loan(args: argparse.Namespace, context: Context) -> int:
    """Give up a reservation, by its number only."""
    loan = Loans(context.inventory).cancel(args.loan)
    context.console.value(_public(loan))
    context.console.say(_("Réservation {id} annulée.").format(id=loan.id), "good")
    return 0


def show_loan(args: argparse.Namespace, context: Context) -> int:
    """Everything about a loan; the borrower while they are known."""
    inventory, console, today = context.inventory, context.console, local_day(context.now())
    loan = find_loan(context, args.loan)
    case, library = inventory.case(loan.case_id), inventory.library(loan.library_id)
    console.value(plain_value(loan))
    word, style = PHASES[phase(loan, today)]
    console.say(
        _("Prêt {id} · {name} → {value} · {word}").format(id=loan.id, name=case.name, value=library.town or library.name, word=word),
        "strong",
    )
    console.say(
        f"  {span(loan.starts, loan.ends, today)}"
        + (_(", prolongé {extensions} fois").format(extensions=loan.extensions) if loan.extensions else ""),
        style,
    )
    for label, at in (
        (_("réservé"), loan.reserved_at),
        ("sorti", loan.out_at),
        (_("rentré"), loan.returned_at),
        (_("annulé"), loan.cancelled_at),
    ):
        if at is not None:
            console.say(_("  {label} le {moment}").format(label=label, moment=moment(at)))
    if loan.borrower:
        until = _("effacé 4 mois après le retour")
        if loan.returned_at is not None:
            until = _("effacé à partir du {day}").format(day=short_day(forgotten_on(loan.returned_at)))
        console.say(_("  emprunteur : {borrower} ({until})").format(borrower=loan.borrower, until=until))
    elif loan.erased_at is not None:
        console.say(_("  emprunteur : effacé"), "mute")
    names = {i: inventory.device(i).name for i in loan.device_ids}
    console.say(f"  {plural(len(names), 'appareil')} : {', '.join(names.values())}")
    names |= {accessory.id: accessory.name for accessory in inventory.accessories(loan.case_id)}
    for exception in loan.exceptions:
        console.say(f"  {names.get(exception.item, exception.item)} : {EXCEPTION[exception.kind]} {exception.note}".rstrip(), "warn")
    if loan.note:
        console.say(f"  {loan.note}")
    return 0


def export_csv(args: argparse.Namespace, context: Context) -> int:
    """For statistics."""
    return _written(context, args.file, export_loans(context.inventory, Loans(context.inventory)))


def export_ics(args: argparse.Namespace, context: Context) -> int:
    """For a diary; cancelled ones too, so that they disappear from it."""
    inventory = context.inventory
    cases = {case.id: case for case in inventory.cases()}
    libraries = {library.id: library for library in inventory.libraries()}
    text = calendar_text(Loans(inventory).all(), cases, libraries, inventory.installation, context.now())
    return _written(context, args.file, text.encode())


def _written(context: Context, name: str, data: bytes) -> int:
    path = write_file(name, data)
    if path != Path("-"):
        context.console.value({"file": str(path)})
        context.console.say(_("Écrit : {path}").format(path=path), "good")
    return 0
