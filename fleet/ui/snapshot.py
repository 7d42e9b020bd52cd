"""What the bench screen shows, as values: one sentence, a tile a device, one big button. Pure; no Kivy.

Guarantees: every device of the case has exactly one tile; colour is never alone, each tile has its word; green is said of a
device only while its last attestation says clean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fleet.calendar import Phase, phase
from fleet.model import LENDABLE, PAIRED, Case, CheckItem, Device, DeviceKind, DeviceState, Library, Loan, LoanState
from fleet.operations.outcome import STEP_LABELS, End, Progress
from fleet.situation import count_sentence
from fleet.words import CONDITION, day, of


class Tone(StrEnum):
    """How a tile is meant, besides its word."""

    GOOD = "good"
    BUSY = "busy"
    LOOK = "look"  # a person must look
    CALM = "calm"  # waiting, lent, away


class Deed(StrEnum):
    """What the big button does."""

    RESET = "reset"
    NONE = "none"


ICONS: Mapping[DeviceKind, str] = {
    DeviceKind.TABLET: "tablet",
    DeviceKind.EREADER: "book",
    DeviceKind.COMPUTER: "laptop",
    DeviceKind.HEADSET: "virtual_reality",
    DeviceKind.MICROBIT: "chip",
    DeviceKind.ROBOT: "robot",
    DeviceKind.AUDIO: "microphone",
    DeviceKind.KIOSK: "monitor",
    DeviceKind.OTHER: "shape",
}
# How a run that is over is told until the inventory knows better.
_ENDS = {
    End.UNREACHABLE: (Tone.LOOK, "Pas trouvée : allumée\u202f?"),
    End.INTERRUPTED: (Tone.LOOK, "Interrompue, à\u00a0reprendre"),
    End.STOPPED: (Tone.LOOK, "Autre clé, pas\u00a0touchée"),
    End.FAILED: (Tone.LOOK, "En panne"),
    End.NOT_CLEAN: (Tone.LOOK, "Pas propre"),
    End.UNKNOWN: (Tone.LOOK, "Remise à zéro, non\u00a0prouvée"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One device."""

    device_id: str
    name: str
    icon: str
    tone: Tone
    word: str
    battery: str = ""
    share: float | None = None  # of the work done, 0 to 1; None: no bar
    reason: str = ""  # the whole sentence, shown when the tile is touched
    questions: tuple[CheckItem, ...] = ()  # asked when the tile is touched: a device that is checked by hand


@dataclass(frozen=True, slots=True)
class BenchSnapshot:
    """One case on the table."""

    case_id: str
    title: str
    where: str
    sentence: str
    tiles: tuple[Tile, ...]
    button: str
    deed: Deed
    question: str = ""
    before: str = ""  # the case before and after this one, by identifier
    after: str = ""
    running: bool = False


EMPTY = BenchSnapshot("", "Aucune valise", "", "Rien sur la table", (), "", Deed.NONE)


def likeliest(cases: Sequence[Case], devices: Sequence[Device], loans: Sequence[Loan], today: date) -> Case:
    """The case that is likely on the table: being worked on, leaving soon and not ready, just back, else the first."""
    unready = {d.case_id for d in devices if d.condition in LENDABLE and d.state is not DeviceState.READY}
    working = {d.case_id for d in devices if d.state is DeviceState.WORKING}
    leaving = {loan.case_id for loan in loans if phase(loan, today) in (Phase.TO_PREPARE, Phase.NOT_FETCHED)}
    away = {loan.case_id for loan in loans if loan.state is LoanState.OUT}
    return min(cases, key=lambda c: (c.id in away, c.id not in working, c.id not in leaving & unready, c.id not in unready))


def bench_snapshot(
    case: Case,
    cases: Sequence[Case],
    theme: str,
    devices: Sequence[Device],
    loans: Sequence[Loan],
    libraries: Mapping[str, Library],
    progress: Mapping[str, Progress],
    running: bool,
    today: date,
) -> BenchSnapshot:
    """Put together what is known: the inventory's state, and what a run says now."""
    out = next((loan for loan in loans if loan.case_id == case.id and loan.state is LoanState.OUT), None)
    lent = frozenset(out.device_ids) if out is not None else frozenset()
    kinds = list(DeviceKind)
    ordered = sorted(devices, key=lambda device: kinds.index(device.kind))  # tablets first; by name within a kind, as given
    tiles = tuple(_tile(device, progress.get(device.id), device.id in lent, running) for device in ordered)
    order = [each.id for each in cases]
    at = order.index(case.id)
    button, deed, question = _button(case, devices, tiles, lent, running)
    return BenchSnapshot(
        case_id=case.id,
        title=f"{case.name} · {theme}" if theme else case.name,
        where=_where(case, loans, libraries, today),
        sentence=_sentence(tiles),
        tiles=tiles,
        button=button,
        deed=deed,
        question=question,
        before=order[at - 1] if len(order) > 1 else "",
        after=order[(at + 1) % len(order)] if len(order) > 1 else "",
        running=running,
    )


def _tile(device: Device, said: Progress | None, lent: bool, running: bool) -> Tile:
    tone, word, share = _told(device, said, lent, running)
    battery = "" if device.battery is None else f"{device.battery}\u00a0%"
    icon = "alert" if tone is Tone.LOOK else ICONS[device.kind]
    return Tile(device.id, device.name, icon, tone, word, battery, share, device.reason)


def _told(device: Device, said: Progress | None, lent: bool, running: bool) -> tuple[Tone, str, float | None]:
    if running and said is not None and said.step != "end":
        return Tone.BUSY, _step(said), _share(said)
    if said is not None and said.step == "end" and End(said.note) in _ENDS:
        tone, word = _ENDS[End(said.note)]
        return tone, word, None
    if device.condition not in LENDABLE:
        return Tone.CALM, CONDITION[device.condition].capitalize(), None
    if lent:
        return Tone.CALM, "En prêt", None
    if device.state is DeviceState.WORKING:
        return (Tone.BUSY, "En attente…", 0.0) if running else (Tone.LOOK, "Interrompue, à\u00a0reprendre", None)
    words = {
        DeviceState.READY: (Tone.GOOD, "Propre, prouvé"),
        DeviceState.DIRTY: (Tone.CALM, "À remettre à zéro" if device.driver in PAIRED else "À vérifier à\u00a0la\u00a0main"),
        DeviceState.NEW: (Tone.CALM, "À apparier" if device.driver in PAIRED else "À vérifier à\u00a0la\u00a0main"),
        DeviceState.ATTENTION: (Tone.LOOK, _short(device.reason) or "À voir"),
    }
    tone, word = words[device.state]
    return tone, word, None


def _short(reason: str) -> str:
    """The first clause of a sentence: the rest is told when the tile is touched."""
    return reason.partition(" : ")[0].partition(". ")[0].rstrip(".")


def _step(said: Progress) -> str:
    word = STEP_LABELS.get(said.step, said.step)
    if said.total and said.done:
        return f"{word[:1].upper()}{word[1:]}… {100 * min(said.done, said.total) // said.total}\u00a0%"
    return f"{word[:1].upper()}{word[1:]}…"


def _share(said: Progress) -> float:
    inside = min(said.done, said.total) / said.total if said.total else 0.0
    return min(1.0, (max(0, said.index - 1) + inside) / said.count) if said.count else inside


def _sentence(tiles: Sequence[Tile]) -> str:
    ready = sum(tile.tone is Tone.GOOD for tile in tiles)
    busy = sum(tile.tone is Tone.BUSY for tile in tiles)
    look = sum(tile.tone is Tone.LOOK for tile in tiles)
    dirty = sum(tile.word == "À remettre à zéro" or tile.word.startswith("À vérifier") for tile in tiles)
    new = sum(tile.word == "À apparier" for tile in tiles)
    lent = sum(tile.word == "En prêt" for tile in tiles)
    return count_sentence(ready, busy, look, dirty, new, lent)


def _button(case: Case, devices: Sequence[Device], tiles: Sequence[Tile], lent: frozenset[str], running: bool) -> tuple[str, Deed, str]:
    if running:
        return "Remise à zéro en cours…", Deed.NONE, ""
    if lent:
        return "", Deed.NONE, ""
    green = {tile.device_id for tile in tiles if tile.tone is Tone.GOOD}
    usable = [d for d in devices if d.condition in LENDABLE]
    left = [d for d in usable if d.id not in green]
    work = [d for d in usable if d.driver in PAIRED and d.state is not DeviceState.NEW]
    if not left:
        return ("Tout est prêt" if usable else ""), Deed.NONE, ""
    if all(d.driver not in PAIRED for d in left):
        return "À vérifier à la main", Deed.NONE, ""
    if all(d.state is DeviceState.NEW for d in left if d.driver in PAIRED):
        return "Apparier d’abord", Deed.NONE, ""
    count = f"{len(work)}\u00a0appareils va" if len(work) > 1 else "1\u00a0appareil va"
    return "Remettre à zéro la valise", Deed.RESET, f"{case.name} : tout ce qui est sur {count} être effacé."


def _where(case: Case, loans: Sequence[Loan], libraries: Mapping[str, Library], today: date) -> str:
    """ "À Castellane jusqu’à demain", "Départ demain pour Barrême"."""
    mine = sorted((loan for loan in loans if loan.case_id == case.id), key=lambda x: (x.state is not LoanState.OUT, x.starts))
    parts = []
    for loan in mine[:2]:
        town = libraries[loan.library_id].town or libraries[loan.library_id].name
        where = phase(loan, today)
        if where is Phase.LATE:
            parts.append(f"En retard à {town}, attendue {day(loan.ends, today)}")
        elif loan.state is LoanState.OUT:
            parts.append(f"Retour {of(town)} {day(loan.ends, today)}")
        else:
            parts.append(f"{'départ' if parts else 'Départ'} {day(loan.starts, today)} pour {town}")
    return " · ".join(parts)
