"""The certificate of sanitisation: one page that a person believes at a glance and another computer can check.

Guarantees: the fields of the sample certificate of NIST SP 800-88 Rev. 1, appendix G; "propre" is printed for a clean verdict
only, with the level that was really reached; the signed document itself is attached to the PDF, and the QR code holds its
fingerprint; never a borrower.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime

from fleet.attestation import document_of, fingerprint
from fleet.model import Attestation, Person, SignedAttestation, Verdict
from fleet.reports.page import LINE, MARGIN, MUTE, NIGHT, OCHRE, OCHRE_LIGHT, PINE, PINE_LIGHT, STONE, Colour, Paper
from fleet.words import LEVEL, METHOD, moment, plural

_BANDS: dict[Verdict, tuple[str, str, Colour, Colour]] = {
    Verdict.CLEAN: ("Propre, prouvé", "Aucune des marques posées avant la remise à zéro n’est restée.", PINE, PINE_LIGHT),
    Verdict.NOT_CLEAN: ("Pas propre", "Des traces sont restées : cet appareil ne doit pas être prêté.", OCHRE, OCHRE_LIGHT),
    Verdict.UNKNOWN: ("Non prouvé", "La remise à zéro n’a pas pu être prouvée : ce document ne certifie rien.", OCHRE, OCHRE_LIGHT),
}
PEOPLE = 70.0  # mm from the foot of the page: where people sign
_KINDS = {
    "file": "fichier",
    "account": "compte",
    "wifi profile": "réseau Wi-Fi",
    "history row": "ligne d’historique",
    "raw disk": "disque brut",
}


def certificate_pdf(signed: SignedAttestation, now: datetime) -> bytes:
    """The certificate of one attestation."""
    attestation = signed.attestation
    document = document_of(signed)
    digest = hashlib.sha256(document.encode()).hexdigest()
    paper = Paper(f"Attestation {attestation.id}", now, f"Attestation {attestation.id} · empreinte {digest[:16]}")
    paper.add_page()
    title = "Attestation de remise à zéro" if attestation.verdict is Verdict.CLEAN else "Compte rendu de remise à zéro"
    y = paper.heading(f"{attestation.performed_by.organisation or 'Médiathèque'} · n° {attestation.id}", title, qr=qr_text(signed), side=36)
    paper.ink(MUTE)
    paper.line_of_text(MARGIN, MARGIN + 18, 130, f"{attestation.device_name} · {attestation.source}", 12)
    paper.line_of_text(MARGIN, MARGIN + 24, 130, _when(attestation.finished_at), 10)
    y = _verdict(paper, attestation, y)
    y = _columns(paper, attestation, y + 5)
    y = _technique(paper, attestation, y + 3)
    y = _marks(paper, attestation, y + 3)
    _people(paper, attestation, max(y + 3, 212))
    _seal(paper, signed, digest)
    paper.embed_file(basename=f"attestation-{_safe(attestation.id)}.json", bytes=document.encode(), mime_type="application/json")
    return paper.bytes()


def qr_text(signed: SignedAttestation) -> str:
    """What the QR code says: which attestation, the fingerprint of its document, who signed."""
    digest = hashlib.sha256(document_of(signed).encode()).hexdigest()
    verdict = signed.attestation.verdict.value
    return f"COLPORTEUR ATTESTATION {signed.attestation.id} {verdict} sha256:{digest} cle:{fingerprint(signed.public_key)}"


def _verdict(paper: Paper, attestation: Attestation, y: float) -> float:
    word, sentence, ink, fill = _BANDS[attestation.verdict]
    width = paper.w - 2 * MARGIN
    reasons = " ".join(attestation.reasons)
    height = 20.0 + (5 if reasons else 0)
    paper.panel(MARGIN, y, width, height, fill, border=ink)
    paper.ink(ink)
    paper.line_of_text(MARGIN + 6, y + 4, 70, word, 18, bold=True)
    paper.line_of_text(MARGIN + 6, y + 13, width - 12, sentence, 9.5)
    paper.line_of_text(MARGIN + 76, y + 5.5, width - 82, f"Niveau : {LEVEL[attestation.level]}", 10, bold=True, align="R")
    if reasons:
        paper.line_of_text(MARGIN + 6, y + 18, width - 12, reasons, 9.5, bold=True)
    return y + height


def _columns(paper: Paper, a: Attestation, y: float) -> float:
    """The medium on the left, what was done on the right."""
    half = (paper.w - 2 * MARGIN - 8) / 2
    right = MARGIN + half + 8
    left_y = paper.section(MARGIN, y, half, "Support")
    left = (
        ("Fabricant", a.manufacturer),
        ("Modèle", a.model),
        ("N° de série", a.serial),
        ("N° d’inventaire", a.property_number),
        ("Mémoire", a.media_type),
        ("Provenance", a.source),
        ("Avant", a.pre_confidentiality),
        ("Après", a.post_confidentiality),
        ("Destination", a.destination),
    )
    left_y = paper.facts(MARGIN, left_y, half, left, 29)
    right_y = paper.section(right, y, half, "Remise à zéro")
    done = (
        ("Méthode", METHOD[a.method]),
        ("Outil", f"{a.tool} {a.tool_version}".strip()),
        ("Relus", plural(a.files_read_back, "fichier") if a.files_read_back else ""),
        ("Profil", f"{a.profile_id} ({a.profile_digest[:12]})" if a.profile_id else ""),
        ("Système", a.image),
        ("Début", _when(a.started_at)),
        ("Fin", _when(a.finished_at)),
        ("Journal", a.journal_head[:24]),
    )
    return max(left_y, paper.facts(right, right_y, half, done, 23))


def _technique(paper: Paper, a: Attestation, y: float) -> float:
    """How it was done, then how it was checked, in sentences."""
    paper.ink(NIGHT)
    for text in (a.technique, f"Vérification : {a.verification_method}" if a.verification_method else ""):
        y = paper.paragraph(MARGIN, y, paper.w - 2 * MARGIN, text, 8.5, lines=3) if text else y
    return y


def _marks(paper: Paper, a: Attestation, y: float) -> float:
    """Planted marks: how many, found before, still there after; then each, or each kind when they are many."""
    width = paper.w - 2 * MARGIN
    found = sum(m.found_before for m in a.marks)
    left = sum(m.found_after is True for m in a.marks)
    unknown = sum(m.found_after is None for m in a.marks)
    y = paper.section(MARGIN, y, width, "Preuve par les marques")
    summary = f"{plural(len(a.marks), 'marque posée', 'marques posées')}, {plural(found, 'retrouvée', 'retrouvées')} avant, "
    summary += (
        f"{plural(left, 'restée', 'restées')} après" + (f", {plural(unknown, 'non vérifiée', 'non vérifiées')}" if unknown else "") + "."
    )
    paper.ink(NIGHT)
    paper.line_of_text(MARGIN, y, width, summary, 9.5, bold=True)
    y += 6
    rows = [(m.place, _KINDS.get(m.kind, m.kind), _after(m.found_before, m.found_after)) for m in a.marks]
    room = max(1, int((paper.h - PEOPLE - 3 - y) // 5))
    if len(rows) > room:
        kinds = Counter((kind, after) for _place, kind, after in rows)
        rows = [(f"{count} × {kind}", "", after) for (kind, after), count in sorted(kinds.items())][:room]
    for index, (place, kind, after) in enumerate(rows):
        if index % 2 == 0:
            paper.panel(MARGIN, y, width, 5, STONE, border=None, radius=1)
        paper.ink(MUTE)
        paper.line_of_text(MARGIN + 2, y, width - 74, place, 8, height=5)
        paper.line_of_text(MARGIN + width - 70, y, 34, kind, 8, height=5)
        paper.ink(PINE if after == "disparue" else OCHRE)
        paper.line_of_text(MARGIN + width - 34, y, 32, after, 8, bold=True, align="R", height=5)
        y += 5
    return y


def _after(before: bool, after: bool | None) -> str:
    if not before:
        return "témoin introuvable"
    return {True: "encore là", False: "disparue", None: "non vérifiée"}[after]


def _people(paper: Paper, a: Attestation, y: float) -> None:
    """Who answers for it, and room to sign by hand."""
    width = (paper.w - 2 * MARGIN - 6) / 2
    y = min(y, paper.h - PEOPLE)
    people = (("Remise à zéro par", a.performed_by, a.finished_at), ("Vérifiée par", a.verified_by, a.finished_at))
    for index, (label, person, at) in enumerate(people):
        x = MARGIN + index * (width + 6)
        paper.panel(x, y, width, 28, border=LINE)
        paper.ink(MUTE)
        paper.line_of_text(x + 4, y + 2.5, width - 8, label, 8)
        paper.ink(NIGHT)
        named = person if person != Person() else Person(name="")
        paper.line_of_text(x + 4, y + 7, width - 8, named.name or "", 10.5, bold=True)
        paper.ink(MUTE)
        paper.line_of_text(x + 4, y + 12.5, width - 8, " · ".join(t for t in (named.title, named.organisation, named.location) if t), 8)
        date = f"{_when(at)} · signature :" if named.name else "Nom, titre, date et signature :"
        paper.line_of_text(x + 4, y + 22.5, width - 8, date, 7.5)


def _seal(paper: Paper, signed: SignedAttestation, digest: str) -> None:
    """How to check this paper on another computer."""
    y = paper.h - 37
    width = paper.w - 2 * MARGIN
    paper.set_draw_color(*LINE)
    paper.line(MARGIN, y, MARGIN + width, y)
    paper.ink(MUTE)
    text = (
        "Ce document ne contient aucune donnée d’emprunteur. L’attestation signée (Ed25519) est jointe à ce PDF. "
        "Pour la vérifier sur un autre ordinateur : fleet attest verify FICHIER"
    )
    y = paper.paragraph(MARGIN, y + 2.5, width, text, 8)
    paper.line_of_text(MARGIN, y + 0.5, width, f"Empreinte SHA-256 : {digest}", 7)
    paper.line_of_text(MARGIN, y + 4, width, f"Clé publique {fingerprint(signed.public_key)} : {signed.public_key}", 7)
    paper.line_of_text(MARGIN, y + 7.5, width, f"Signature : {signed.signature}", 7)


def _when(text: str) -> str:
    """An instant of the attestation in local words; as written when it is not one."""
    try:
        return moment(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))
    except ValueError:
        return text


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60]
