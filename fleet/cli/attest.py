"""`fleet attest`: see, check and copy attestations; on this computer or any other."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from fleet.attestation import Signer, fingerprint, verify
from fleet.cli.common import Actions, run_action, write_file
from fleet.cli.console import Cell
from fleet.cli.context import Context
from fleet.cli.proof import document_bytes, signed_of, trusted_keys
from fleet.codes import Level, Verdict
from fleet.errors import NotProved, SignatureInvalid
from fleet.words import LEVEL, METHOD, VERDICT

run = run_action
STYLE = {Verdict.CLEAN: "good", Verdict.NOT_CLEAN: "warn", Verdict.UNKNOWN: "warn"}


def register(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = Actions(parser, list_attestations)
    listing = actions.add("list", "les dernières attestations", list_attestations)
    listing.add_argument("device", metavar="APPAREIL", nargs="?")
    show = actions.add("show", "une attestation", show_attestation)
    check = actions.add("verify", "vérifier une attestation : intacte, signée, par qui, et ce qu’elle dit", verify_attestation)
    check.add_argument("--key", metavar="CLÉ", action="append", default=[], help="clé publique à croire (base64, ou fichier)")
    for sub in (show, check):
        sub.add_argument("attestation", metavar="ATTESTATION|FICHIER")
    out = actions.add("export", "copier une attestation signée dans un fichier", export_attestation)
    out.add_argument("attestation", metavar="ATTESTATION")
    out.add_argument("file", metavar="FICHIER", help="« - » : à l’écran")
    person = actions.add("person", "qui répond des remises à zéro sur cet ordinateur, tel que les attestations le nomment", set_person)
    for name, text in (("name", "prénom et nom"), ("title", "fonction"), ("organisation", "établissement"), ("location", "ville")):
        person.add_argument(f"--{name}", metavar="TEXTE", help=text)
    actions.add("key", "la clé publique de cet ordinateur, à donner à qui vérifie", show_key)


def list_attestations(args: argparse.Namespace, context: Context) -> int:
    """Newest first."""
    inventory = context.inventory
    text = getattr(args, "device", None)
    found = inventory.attestations(inventory.find_device(text).id if text else None)
    context.console.value(found)
    names = {device.id: device.name for device in inventory.devices()}
    rows = [
        [row["id"], names.get(row["device_id"], row["device_id"]), row["finished_at"], _cell(row["verdict"]), LEVEL[Level(row["level"])]]
        for row in found
    ]
    if rows:
        context.console.table(["Attestation", "Appareil", "Fin", "Verdict", "Niveau"], rows)
    else:
        context.console.say("Aucune attestation encore.")
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
        "Méthode": METHOD[a.method],
        "Technique": a.technique,
        "Appareil": " ".join(x for x in (a.manufacturer, a.model, a.serial) if x),
        "N° d’inventaire": a.property_number,
        "Mémoire": a.media_type,
        "Provenance": a.source,
        "Destination": a.destination,
        "Vérification": a.verification_method,
        "Outil": f"{a.tool} {a.tool_version}",
        "Fin": a.finished_at,
        "Par": ", ".join(x for x in (a.performed_by.name, a.performed_by.title) if x),
        "Clé": fingerprint(signed.public_key),
    }
    for label, value in facts.items():
        if value:
            console.say(f"  {label:<16} {value}")
    for reason in a.reasons:
        console.say(f"  {reason}", "warn")
    found = sum(m.found_before for m in a.marks)
    left = sum(m.found_after is not False for m in a.marks)
    console.say(f"  {'Marques':<16} {len(a.marks)} posées, {found} retrouvées avant, {left} restées ou non vérifiées après")
    return 0


def verify_attestation(args: argparse.Namespace, context: Context) -> int:
    """Exit code 0 for clean, 8 when it says otherwise, 10 when it cannot be believed: altered, or by nobody known here."""
    data, _ours = document_bytes(context, args.attestation)
    trusted = trusted_keys(context, args.key)
    attestation = verify(data, trusted)
    console = context.console
    known = bool(trusted)
    console.value(
        {"id": attestation.id, "device": attestation.device_id, "verdict": attestation.verdict.value, "key_known": known, "intact": True}
    )
    console.say("La signature est bonne : l’attestation n’a pas été modifiée.", "good")
    if not known:
        console.say("Mais aucune clé n’est connue ici : demandez la clé publique (fleet attest key) et ajoutez --key CLÉ.", "warn")
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
        context.console.say(f"Écrit : {path}", "good")
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
    context.console.say(f"Empreinte, à comparer de vive voix : {fingerprint(key)}", "mute")
    return 0
