"""`fleet attest`: see, check and copy attestations; on this computer or any other."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from fleet.attestation import Signer, fingerprint, verify
from fleet.cli.common import Actions, run_action, write_file
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.cli.proof import document_bytes, signed_of, trusted_keys
from fleet.codes import Level, Verdict
from fleet.errors import NotProved, SignatureInvalid
from fleet.i18n import _
from fleet.words import LEVEL, METHOD, VERDICT, written_at

run = run_action
STYLE = {Verdict.CLEAN: "good", Verdict.NOT_CLEAN: "warn", Verdict.UNKNOWN: "warn"}


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_attestations)
    listing = actions.add("list", _("les dernières attestations"), list_attestations)
    listing.add_argument("device", metavar=_("APPAREIL"), nargs="?")
    show = actions.add("show", _("une attestation"), show_attestation)
    check = actions.add("verify", _("vérifier une attestation : intacte, signée, par qui, et ce qu’elle dit"), verify_attestation)
    check.add_argument("--key", metavar=_("CLÉ"), action="append", default=[], help=_("clé publique à croire (base64, ou fichier)"))
    for sub in (show, check):
        sub.add_argument("attestation", metavar=_("ATTESTATION|FICHIER"))
    out = actions.add("export", _("copier une attestation signée dans un fichier"), export_attestation)
    out.add_argument("attestation", metavar=_("ATTESTATION"))
    out.add_argument("file", metavar=_("FICHIER"), help=_("« - » : à l’écran"))
    person = actions.add("person", _("qui répond des remises à zéro sur cet ordinateur, tel que les attestations le nomment"), set_person)
    for name, text in (("name", _("prénom et nom")), ("title", "fonction"), ("organisation", _("établissement")), ("location", "ville")):
        person.add_argument(f"--{name}", metavar=_("TEXTE"), help=text)
    actions.add("key", _("la clé publique de cet ordinateur, à donner à qui vérifie"), show_key)


def list_attestations(args: argparse.Namespace, context: Context) -> int:
    """Newest first."""
    inventory = context.inventory
    text = getattr(args, "device", None)
    found = inventory.attestations(inventory.find_device(text).id if text else None)
    context.console.value(found)
    names = {device.id: device.name for device in inventory.devices()}
    rows = [
        [
            row["id"],
            names.get(row["device_id"], row["device_id"]),
            written_at(row["finished_at"]),
            _cell(row["verdict"]),
            LEVEL[Level(row["level"])],
        ]
        for row in found
    ]
    if rows:
        context.console.table([_("Attestation"), _("Appareil"), _("Fin"), _("Verdict"), _("Niveau")], rows)
    else:
        context.console.say(_("Aucune attestation encore."))
    return 0


def _cell(verdict: str) -> Cell:
    return Cell(VERDICT[Verdict(verdict)], STYLE[Verdict(verdict)])


def show_attestation(args: argparse.Namespace, context: Context) -> int:
    """Its fields; the signature holds, or this fails."""
    signed = signed_of(context, args.attestation)
    a, console = signed.attestation, context.console
    console.value({"attestation": asdict(a), "public_key": signed.public_key, "signature": signed.signature})
    console.say(f"{a.device_name} · {VERDICT[a.verdict]}", STYLE[a.verdict])
    facts = {
        "Niveau": LEVEL[a.level],
        _("Méthode"): METHOD[a.method],
        "Technique": a.technique,
        "Appareil": " ".join(x for x in (a.manufacturer, a.model, a.serial) if x),
        _("N° d’inventaire"): a.property_number,
        _("Mémoire"): a.media_type,
        "Provenance": a.source,
        "Destination": a.destination,
        _("Vérification"): a.verification_method,
        "Outil": f"{a.tool} {a.tool_version}",
        "Fin": written_at(a.finished_at),
        "Par": ", ".join(x for x in (a.performed_by.name, a.performed_by.title) if x),
        _("Clé"): fingerprint(signed.public_key),
    }
    for label, value in facts.items():
        if value:
            console.say(f"  {label:<16} {value}")
    for reason in a.reasons:
        console.say(f"  {reason}", "warn")
    found = sum(m.found_before for m in a.marks)
    left = sum(m.found_after is not False for m in a.marks)
    console.say(
        _("  {value:<16} {count} posées, {found} retrouvées avant, {left} restées ou non vérifiées après").format(
            value="Marques", count=len(a.marks), found=found, left=left
        )
    )
    return 0


def verify_attestation(args: argparse.Namespace, context: Context) -> int:
    """Exit code 0 for clean, 8 when it says otherwise, 10 when it cannot be believed: altered, or by nobody known here."""
    data, _ours = document_bytes(context, args.attestation)
    trusted = trusted_keys(context, args.key)
    attestation, signer = verify(data, trusted), json.loads(data)["public_key"]
    console = context.console
    known = bool(trusted)
    console.value(
        {"id": attestation.id, "device": attestation.device_id, "verdict": attestation.verdict.value, "key_known": known, "intact": True}
    )
    if known:
        console.say(_("La signature est bonne : l’attestation n’a pas été modifiée."), "good")
    else:
        console.say(
            _(
                "Le fichier est entier, mais rien ne dit ici de qui vient sa signature (clé {fingerprint}). "
                "Demandez la clé publique au signataire (« fleet attest key »), comparez son empreinte de vive voix, et ajoutez --key CLÉ."
            ).format(fingerprint=fingerprint(signer)),
            "warn",
        )
    console.say(
        f"{attestation.device_name}, {attestation.serial} : {VERDICT[attestation.verdict]}, {LEVEL[attestation.level]}.",
        STYLE[attestation.verdict],
    )
    if not known:
        return SignatureInvalid.exit_code
    return 0 if attestation.verdict is Verdict.CLEAN else NotProved.exit_code


def export_attestation(args: argparse.Namespace, context: Context) -> int:
    """The signed document, byte for byte."""
    data, _ours = document_bytes(context, args.attestation)
    verify(data)
    path = write_file(args.file, data)
    if path != Path("-"):
        context.console.value({"file": str(path)})
        context.console.say(_("Écrit : {path}").format(path=path), "good")
    return 0


def set_person(args: argparse.Namespace, context: Context) -> int:
    """Say who it is, or change it."""
    given = {name: value for name in ("name", "title", "organisation", "location") if (value := getattr(args, name)) is not None}
    person = replace(context.inventory.person, **given)
    if given:
        context.inventory.save_person(person)
    context.console.value(asdict(context.who))
    who = context.who
    context.console.say(", ".join(part for part in (who.name, who.title, who.organisation, who.location) if part))
    return 0


def show_key(args: argparse.Namespace, context: Context) -> int:
    """In base64, with the short form for people to compare."""
    key = Signer.load(context.folder / "keys").public_key
    context.console.value({"public_key": key, "fingerprint": fingerprint(key)})
    context.console.say(key)
    context.console.say(_("Empreinte, à comparer de vive voix : {fingerprint}").format(fingerprint=fingerprint(key)), "mute")
    return 0
