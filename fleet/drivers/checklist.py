"""Devices that no program can read back (robots, headsets, Android, PocketBook, micro:bit): a person does and looks, and says so.

Guarantees: pure; clean only when every point of the proof was answered yes; a point left out makes it unknown, a no makes it not
clean; the level says that a person checked, nothing stronger.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from fleet.i18n import _
from fleet.model import Attestation, CheckItem, Device, Level, Method, Person, Profile, StepEvidence, Verdict

# Asked when a profile has no point of proof of its own.
DEFAULT = (
    CheckItem("efface", "L’appareil a été remis à zéro par son propre menu.", proof=True),
    CheckItem("regarde", "En le rallumant, rien de l’emprunteur n’est visible (compte, photo, fichier, réseau Wi-Fi).", proof=True),
)


def questions(profile: Profile | None) -> tuple[CheckItem, ...]:
    """What is asked, in order."""
    items = profile.checklist if profile is not None else ()
    return items if any(item.proof for item in items) else (*items, *DEFAULT)


def judge_answers(items: tuple[CheckItem, ...], answers: Mapping[str, bool]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of the answers: True for yes, False for no, nothing when it was not answered."""
    refused = [i.text for i in items if i.proof and answers.get(i.id) is False]
    missing = [i.text for i in items if i.proof and i.id not in answers]
    if refused:
        return Verdict.NOT_CLEAN, tuple(_("Répondu non : {text}").format(text=text) for text in refused)
    if missing:
        return Verdict.UNKNOWN, tuple(_("Sans réponse : {text}").format(text=text) for text in missing)
    return Verdict.CLEAN, ()


def attested(
    device: Device,
    profile: Profile | None,
    answers: Mapping[str, bool],
    person: Person,
    now: datetime,
    source: str = "",
    done: tuple[StepEvidence, ...] = (),
) -> Attestation:
    """The attestation of what a person said, after what a program did (`done`)."""
    items = questions(profile)
    verdict, reasons = judge_answers(items, answers)
    at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    words = {True: "done", False: "refused", None: "skipped"}
    return Attestation(
        id=f"{now:%Y%m%d}-{device.id}-{secrets.token_hex(4)}",
        device_id=device.id,
        device_name=device.name,
        manufacturer=device.manufacturer,
        model=device.model,
        serial=device.serial,
        property_number=device.property_number,
        media_type=device.media_type,
        source=source,
        pre_confidentiality=_("Données de visite d’un emprunteur, possibles"),
        post_confidentiality="Aucune trace vue" if verdict is Verdict.CLEAN else _("Non établie"),
        destination=_("Réemploi interne : {source}").format(source=source) if source else _("Réemploi interne"),
        method=Method.NONE,
        technique=_("Remise à zéro par le menu de l’appareil, faite et vérifiée par une personne."),
        level=Level.CHECKED_BY_PERSON,
        tool=_("Colporteur, liste à cocher"),
        tool_version="1",
        verification_method=_("Une personne a répondu à chaque point."),
        profile_id=profile.id if profile is not None else "",
        profile_digest=profile.digest if profile is not None else "",
        image="",
        verdict=verdict,
        reasons=reasons,
        steps=done + tuple(StepEvidence(i.id, words[answers.get(i.id)], at, i.text) for i in items),
        started_at=at,
        finished_at=at,
        performed_by=person,
        verified_by=person,
    )
