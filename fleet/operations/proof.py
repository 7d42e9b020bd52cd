"""From what was read back to the attestation: the fields of NIST SP 800-88's certificate, filled with what was really done.

Guarantees: the level is the driver's weakest, never better than what happened; the sentences say which technique, which tools and
which limits; a document is written whole under a temporary name, synced and renamed.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fleet.i18n import N_, Words, _
from fleet.model import Attestation, Level, MarkEvidence, Method, StepEvidence, Verdict
from fleet.operations.engine import Engine
from fleet.operations.facts import Facts
from fleet.operations.judge import Evidence

STEPS = ("clock", "marks", "key", "clean", "marks-again", "clean-again", "free-space", "accounts", "content", "apps", "read-back")
TECHNIQUES = Words(
    {
        Level.CRYPTOGRAPHIC_ERASE: "clé de l’espace de l’emprunteur détruite, espace recréé sous une nouvelle clé, reste supprimé",
        Level.OVERWRITE: "fichiers réécrits par des zéros, vidés, puis supprimés",
        Level.DELETE: "fichiers vidés puis supprimés ; un laboratoire pourrait en retrouver des restes sur ce support",
        Level.NONE: "aucun emplacement à effacer",
        Level.CHECKED_BY_PERSON: "vérifié par une personne",
    }
)
FILLED = N_(
    "fichiers supprimés, puis tout l’espace libre du volume réécrit deux fois (motif et complément) et les noms supprimés recouverts ; "
    "la mémoire flash peut garder d’anciennes copies hors d’atteinte"
)
METHODS = {Level.CRYPTOGRAPHIC_ERASE: Method.PURGE, Level.OVERWRITE: Method.CLEAR}
VERIFICATION = N_(
    "Relecture par une nouvelle connexion : empreintes SHA-256 salées de chaque fichier, recherche des marques par deux outils "
    "(le programme de Colporteur, puis find et grep)."
)
WITHOUT_SERIAL = N_("L’appareil n’a pas de numéro de série : seule sa clé d’hôte dit que c’est le même du début à la fin.")
VERIFICATION_VOLUME = N_("Relecture du volume : empreintes SHA-256 salées de chaque fichier, recherche des marques dans tous les octets.")


@dataclass(frozen=True, slots=True)
class Proof:
    """What the read-back found."""

    verdict: Verdict
    reasons: tuple[str, ...]
    evidence: Evidence
    facts: Facts
    manifest: str
    files: int


@cache
def tool_version() -> str:
    """The version of this software."""
    try:
        return version("colporteur")
    except PackageNotFoundError:
        return "0.1.0"


def how_verified(proof: Proof) -> str:
    """How it is known, and what it rests on when the device could not say which one it is."""
    method = _(VERIFICATION_VOLUME if proof.facts.volume else VERIFICATION)
    return method if proof.evidence.serial_told else f"{method} {_(WITHOUT_SERIAL)}"


def attestation_of(
    engine: Engine, proof: Proof, places: tuple[str, ...], marks: tuple[MarkEvidence, ...], key_changed: bool
) -> Attestation:
    """Fill in the certificate."""
    tools, job, device = engine.tools, engine.job, engine.job.device
    filled = bool(engine.report_of("free-space").get("bytes"))
    overwritten = bool(engine.intent_of("clean").get("overwrite")) or filled
    reached = tools.driver.level(proof.facts, places, key_changed, overwritten)
    technique = _(FILLED) if filled else TECHNIQUES[reached]
    # The weakest of all: what only a person can see is known no better than that.
    level = Level.CHECKED_BY_PERSON if job.asked else reached
    if job.asked:
        technique += _(" ; le reste (hors de ce volume) vérifié par une personne")
    answered = {True: "done", False: "refused", None: "skipped"}
    at = f"{tools.now():%Y-%m-%dT%H:%M:%SZ}"
    checks = tuple(StepEvidence(i.id, answered[job.answers.get(i.id)], at, i.text) for i in job.asked)
    events = engine.events()
    clean = proof.verdict is Verdict.CLEAN
    return Attestation(
        id=f"{tools.now():%Y%m%d}-{device.id}-{secrets.token_hex(4)}",
        device_id=device.id,
        device_name=device.name,
        manufacturer=device.manufacturer,
        model=device.model,
        serial=proof.facts.serial or device.serial,
        property_number=device.property_number,
        media_type=device.media_type,
        source=job.source,
        pre_confidentiality=_("Données de visite d’un emprunteur, possibles"),
        post_confidentiality=_("Aucune donnée d’emprunteur") if clean else _("Non établie"),
        destination=job.destination,
        method=METHODS.get(level, Method.NONE),
        technique=technique[:1].upper() + technique[1:] + ".",
        level=level,
        tool="Colporteur",
        tool_version=tool_version(),
        verification_method=how_verified(proof),
        profile_id=job.profile.id,
        profile_digest=job.profile.digest,
        image=proof.facts.image,
        verdict=proof.verdict,
        reasons=proof.reasons,
        marks=marks,
        steps=(*engine.evidence(STEPS), *checks),
        manifest_sha256=proof.manifest,
        files_read_back=proof.files,
        boot_id_before=str(engine.intent_of("marks").get("boot", "")),
        boot_id_after=proof.facts.boot_id,
        journal_head=engine.journal.head,
        started_at=events[0].at if events else "",
        finished_at=f"{tools.now():%Y-%m-%dT%H:%M:%SZ}",
        performed_by=tools.person,
        verified_by=tools.person,
    )


def write_attestation(folder: Path, attestation_id: str, document: str) -> Path:
    """Keep the document in `attestations/`."""
    target = folder / "attestations" / f"{attestation_id}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as f:
        f.write(document)
        f.flush()
        os.fsync(f.fileno())
    temporary.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return target
