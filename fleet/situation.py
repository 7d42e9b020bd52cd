"""The day's situation: one sentence, then what to do next, most pressing first. Pure.

Guarantees: every device that is here is counted exactly once; what comes next is a sentence a person understands with, where
there is one, the command that does it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fleet.calendar import Phase, phase, threatened
from fleet.i18n import _
from fleet.model import LENDABLE, PAIRED, Case, Condition, Device, DeviceState, Library, Loan, LoanState
from fleet.words import day, plural


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: `urgent` comes first, `command` may be empty."""

    text: str
    command: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Devices that are here by state, those that are lent, those that are away; and the work of the day."""

    ready: int
    working: int
    dirty: int
    attention: int
    new: int
    lent: int
    away: int  # in repair, lost: not lendable
    todo: tuple[Todo, ...]

    @property
    def sentence(self) -> str:
        """ "17 prêtes, 2 en cours, 1 à voir"."""
        return count_sentence(self.ready, self.working, self.attention, self.dirty, self.new, self.lent)


def count_sentence(ready: int, working: int, attention: int, dirty: int = 0, new: int = 0, lent: int = 0) -> str:
    """The sentence of the screen and of the command line; what is zero is left out, unless everything is."""
    words = [plural(ready, "prête")] if ready else []
    for count, text in (
        (working, "en cours"),
        (attention, _("à voir")),
        (dirty, _("à remettre à zéro")),
        (new, _("à apparier")),
        (lent, _("en prêt")),
    ):
        if count:
            words.append(f"{count}\u00a0{text}")
    return ", ".join(words) or _("0 prête")


def situation(
    devices: Sequence[Device], cases: Sequence[Case], libraries: Mapping[str, Library], loans: Sequence[Loan], today: date
) -> Situation:
    """Count and order; `loans` are those that are reserved or out."""
    lent = {device_id for loan in loans if loan.state is LoanState.OUT for device_id in loan.device_ids}
    here = [device for device in devices if device.id not in lent and device.condition in LENDABLE]
    states = Counter(_state(device) for device in here)
    names = {case.id: case.name for case in cases}
    lost = [device for device in devices if device.condition is Condition.LOST]
    todo = [*_late(loans, names, libraries, today), *_loans(loans, here, names, libraries, today)]
    todo += [*_devices(here, names, loans, today), *(_missing(device, names) for device in lost)]
    return Situation(
        ready=states[DeviceState.READY],
        working=states[DeviceState.WORKING],
        dirty=states[DeviceState.DIRTY],
        attention=states[DeviceState.ATTENTION],
        new=states[DeviceState.NEW],
        lent=len(lent),
        away=len(devices) - len(here) - len(lent),
        todo=tuple(sorted(todo, key=lambda item: not item.urgent)),
    )


def _late(loans: Sequence[Loan], names: Mapping[str, str], libraries: Mapping[str, Library], today: date) -> Iterable[Todo]:
    waiting = {late.id: reservation for late, reservation in threatened(loans, today)}
    for loan in loans:
        if phase(loan, today) is not Phase.LATE:
            continue
        case, town = names[loan.case_id], _town(libraries, loan)
        text = _("{case} devait rentrer de {town} {since}.").format(case=case, town=town, since=_since(loan.ends, today))
        if loan.id in waiting:
            text += _(" {town} l’attend {day} !").format(town=_town(libraries, waiting[loan.id]), day=day(waiting[loan.id].starts, today))
        yield Todo(text, f'fleet loan checkin "{case}"', urgent=True)


def _loans(
    loans: Sequence[Loan], here: Sequence[Device], names: Mapping[str, str], libraries: Mapping[str, Library], today: date
) -> Iterable[Todo]:
    for loan in sorted(loans, key=lambda x: (x.starts, x.ends)):
        case, town, where = names[loan.case_id], _town(libraries, loan), phase(loan, today)
        if where is Phase.DUE_TODAY:
            yield Todo(_("{case} rentre de {town} aujourd’hui.").format(case=case, town=town), f'fleet loan checkin "{case}"')
        elif where is Phase.NOT_FETCHED:
            text = _("{case} devait partir pour {town} {since} : faites-la partir ou annulez la réservation.").format(
                case=case, town=town, since=_since(loan.starts, today)
            )
            yield Todo(text, f"fleet loan cancel {loan.id}", urgent=True)
        elif where is Phase.TO_PREPARE:
            unready = [d for d in here if d.id in loan.device_ids and d.state is not DeviceState.READY]
            leaves = _("{case} part pour {town} {day}").format(case=case, town=town, day=day(loan.starts, today))
            if unready:
                todo = (
                    _("{plural} à remettre à zéro").format(plural=plural(len(unready), "appareil"))
                    if len(unready) > 1
                    else _("{name} à remettre à zéro").format(name=unready[0].name)
                )
                yield Todo(f"{leaves} : {todo}.", f'fleet reset --case "{case}"', urgent=loan.starts <= today)
            else:
                yield Todo(_("{leaves} : tout est prêt.").format(leaves=leaves), f'fleet loan checkout "{case}"')


def _devices(here: Sequence[Device], names: Mapping[str, str], loans: Sequence[Loan], today: date) -> Iterable[Todo]:
    for device in here:
        if device.state is DeviceState.ATTENTION:
            where = f" ({names[device.case_id]})" if device.case_id in names else ""
            yield Todo(
                _("{name}{where} : {value}").format(name=device.name, where=where, value=device.reason or _("à regarder.")),
                f"fleet device show {device.id}",
            )
    soon = {loan.case_id for loan in loans if phase(loan, today) in (Phase.TO_PREPARE, Phase.LATE, Phase.OUT, Phase.DUE_TODAY)}
    dirty = Counter(device.case_id for device in here if _state(device) is DeviceState.DIRTY and device.case_id not in soon)
    for case_id, count in dirty.items():
        if case_id in names:
            yield Todo(
                _("{value} : {plural} à remettre à zéro.").format(value=names[case_id], plural=plural(count, "appareil")),
                f'fleet reset --case "{names[case_id]}"',
            )
        else:
            yield Todo(
                _("{plural} sans valise à remettre à zéro.").format(plural=plural(count, "appareil")), "fleet device list --case aucune"
            )
    new = sum(_state(device) is DeviceState.NEW for device in here)
    if new:
        yield Todo(_("{plural} à apparier : allumez-les sur la table.").format(plural=plural(new, "appareil")), "fleet discover")


def _state(device: Device) -> DeviceState:
    """A new device that no program can talk to is not paired: it is checked by hand, like a dirty one."""
    return DeviceState.DIRTY if device.state is DeviceState.NEW and device.driver not in PAIRED else device.state


def _missing(device: Device, names: Mapping[str, str]) -> Todo:
    where = f" ({names[device.case_id]})" if device.case_id in names else ""
    return Todo(
        _("{name}{where} : {value} Retrouvé ?").format(name=device.name, where=where, value=device.reason or _("manque.")),
        f"fleet device back {device.id}",
    )


def _town(libraries: Mapping[str, Library], loan: Loan) -> str:
    library = libraries[loan.library_id]
    return library.town or library.name


def _since(when: date, today: date) -> str:
    days = (today - when).days
    return "hier" if days == 1 else f"il y a {days}\u00a0jours"
