"""Loans of cases: reserve, check out, extend, check in, cancel.

Guarantees: no device is promised twice on a day nor out twice, whatever two windows do at once (checked in the transaction
that writes, and again by the file's own triggers); a loan ends when somebody checks it in, never by a date; a refusal says
who has the case, until when, and when it is free.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fleet.calendar import ACTIVE, PREPARE_DAYS, busy_until, check_days, conflict, local_day, next_free
from fleet.errors import DataError, NotFound, Overlap, Refused
from fleet.i18n import _
from fleet.model import CheckinException, Condition, Device, DeviceState, ExceptionKind, Loan, LoanState, Signature
from fleet.signature import without_name
from fleet.store import rows
from fleet.store.inventory import Inventory
from fleet.store.promises import keep_promises
from fleet.words import day, short_day

MAX_NOTE = 2000  # characters


class Loans:
    """The loans of an open inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory, self.store = inventory, inventory.store

    @property
    def today(self) -> date:
        """The day it is at the desk."""
        return local_day(self.inventory.now())

    # --- reading

    def all(self, case_id: str = "", states: Sequence[LoanState] = ()) -> list[Loan]:
        """Loans by day of departure: all, or those of a case, or in some states."""
        where, values = ["1"], []  # type: list[str], list[object]
        if case_id:
            where.append("case_id = ?")
            values.append(case_id)
        if states:
            where.append(f"state IN ({', '.join('?' * len(states))})")
            values += [state.value for state in states]
        return self._load(f"{' AND '.join(where)} ORDER BY starts, id", tuple(values))

    def active(self, case_id: str = "") -> list[Loan]:
        """Reserved or out."""
        return self.all(case_id, tuple(sorted(ACTIVE)))

    def get(self, loan_id: str) -> Loan:
        """One loan by its number."""
        found = self._load("id = ?", (loan_id.strip(),))
        if not found:
            raise NotFound(_("Aucun prêt « {value} ».").format(value=loan_id.strip()[:40]))
        return found[0]

    def out_of_case(self, case_id: str) -> Loan | None:
        """The loan that has the case, if it is out."""
        return next(iter(self.all(case_id, (LoanState.OUT,))), None)

    def next_of_case(self, case_id: str) -> Loan | None:
        """The first reservation of the case."""
        return next(iter(self.all(case_id, (LoanState.RESERVED,))), None)

    def _load(self, where: str, values: tuple[object, ...]) -> list[Loan]:
        with self.store.reading():
            loans = self.store.rows(f"SELECT * FROM loans WHERE {where}", values)
            chosen = f"loan_id IN (SELECT id FROM loans WHERE {where.partition(' ORDER BY')[0]})"
            devices = self.store.rows(f"SELECT loan_id, device_id FROM loan_devices WHERE {chosen} ORDER BY device_id", values)
            faults = self.store.rows(f"SELECT * FROM loan_exceptions WHERE {chosen} ORDER BY item, kind", values)
            people = {row["loan_id"]: row for row in self.store.rows(f"SELECT * FROM borrowers WHERE {chosen}", values)}
        return [
            rows.loan_of(
                row,
                tuple(d["device_id"] for d in devices if d["loan_id"] == row["id"]),
                tuple(rows.exception_of(e) for e in faults if e["loan_id"] == row["id"]),
                people.get(row["id"]),
            )
            for row in loans
        ]

    # --- writing

    def reserve(self, case_id: str, library_id: str, starts: date, ends: date, borrower: str = "", note: str = "") -> Loan:
        """Promise a case; `Overlap` says who has it and when it is free."""
        check_days(starts, ends, self.today)
        with self.store.transaction() as db:
            case, library = self.inventory.case(case_id), self.inventory.library(library_id)
            if not any(device for device in self.inventory.devices(case_id)) and not self.inventory.accessories(case_id):
                raise Refused(_("{name} est vide : ajoutez-lui des appareils avant de la prêter.").format(name=case.name))
            self._refuse_overlap(case_id, starts, ends)
            loan = Loan(
                id=self._new_id(),
                case_id=case.id,
                library_id=library.id,
                starts=starts,
                ends=ends,
                reserved_at=self.inventory.now(),
                note=_note(without_name(note, borrower)),
            )
            db["loans"].insert(rows.loan_row(loan))
            db["borrowers"].insert({"loan_id": loan.id, "name": _name(borrower), "signature_kind": None, "signature": None})
            self._guarded(lambda: keep_promises(db))
        return self.get(loan.id)

    def check_out(
        self, loan_id: str, signature: Signature | None = None, borrower: str = "", without: Sequence[str] = (), anyway: str = ""
    ) -> Loan:
        """The case leaves, signed for. Devices not proved clean stay (`without`) or go with a reason (`anyway`)."""
        with self.store.transaction() as db:
            loan = self.get(loan_id)
            self._may_leave(loan)
            leaving = [self.inventory.device(i) for i in loan.device_ids if i not in without]
            self._refuse_unproved(leaving, anyway)
            out = replace(loan, state=LoanState.OUT, out_at=self.inventory.now(), starts=min(loan.starts, self.today))
            if anyway:
                out = replace(
                    out,
                    note=_note(
                        _("{note}\nSorti malgré tout : {without_name}")
                        .format(note=loan.note, without_name=without_name(anyway, borrower))
                        .strip()
                    ),
                )
            db.conn.execute("DELETE FROM loan_devices WHERE loan_id = ?", (loan.id,))
            gone = [{"loan_id": loan.id, "device_id": device.id} for device in leaving]
            self._guarded(lambda: db["loan_devices"].insert_all(gone))
            self._write(out)  # out from here on: what stays behind is not promised again
            for device in leaving:
                if device.state is not DeviceState.NEW:  # never paired: still to be
                    self.inventory.update_device(device.id, state=DeviceState.DIRTY, reason="")
            self._write_borrower(loan, borrower, signature)
        return self.get(loan.id)

    def extend(self, loan_id: str, ends: date) -> Loan:
        """Move the day a case is expected back; refused when somebody waits for it."""
        with self.store.transaction():
            loan = self.get(loan_id)
            if loan.state not in ACTIVE:
                raise Refused(_("Le prêt {id} est terminé : il ne peut plus être prolongé.").format(id=loan.id))
            if ends <= loan.ends:
                raise Refused(_("Le retour est déjà prévu {day} : donnez un jour plus tardif.").format(day=day(loan.ends, self.today)))
            if ends < self.today:
                raise Refused(_("Le jour donné ({day}) est déjà passé.").format(day=day(ends)))
            check_days(self.today, ends, self.today)
            self._refuse_overlap(loan.case_id, loan.starts, ends, but=loan.id)
            self._write(replace(loan, ends=ends, extensions=loan.extensions + 1))
        return self.get(loan_id)

    def cancel(self, loan_id: str) -> Loan:
        """Give up a reservation; the borrower is forgotten at once."""
        with self.store.transaction() as db:
            loan = self.get(loan_id)
            if loan.state is not LoanState.RESERVED:
                raise Refused(_("Le prêt {id} n’est pas une réservation : une valise sortie se rentre (checkin).").format(id=loan.id))
            now = self.inventory.now()
            db["borrowers"].delete_where("loan_id = ?", [loan.id])
            self._write(replace(loan, state=LoanState.CANCELLED, cancelled_at=now, erased_at=now, note=""))
        self.store.forget_freed_bytes()
        return self.get(loan_id)

    def check_in(self, loan_id: str, exceptions: Sequence[CheckinException] = ()) -> Loan:
        """The case is back: all of it, but for the exceptions. What came back counts as dirty until it is reset."""
        with self.store.transaction() as db:
            loan = self.get(loan_id)
            if loan.state is not LoanState.OUT:
                raise Refused(_("Le prêt {id} n’est pas sorti : il n’y a rien à rentrer.").format(id=loan.id))
            told = [replace(e, note=_note(without_name(e.note, loan.borrower))) for e in exceptions]
            for exception in told:
                row = {"loan_id": loan.id, "item": exception.item, "kind": exception.kind.value, "count": exception.count}
                db["loan_exceptions"].upsert(row | {"note": exception.note}, pk=("loan_id", "item", "kind"))
            self._write(replace(loan, state=LoanState.RETURNED, returned_at=self.inventory.now()))
            self._apply(loan, told)
            keep_promises(db)
        return self.get(loan.id)

    # --- rules

    def _refuse_overlap(self, case_id: str, starts: date, ends: date, but: str = "") -> None:
        loans = self.active(case_id)
        blocker = conflict(starts, ends, loans, self.today, but)
        if blocker is None:
            return
        case, library = self.inventory.case(case_id), self.inventory.library(blocker.library_id)
        who = library.town or library.name
        if busy_until(blocker, self.today) != blocker.ends:
            reason = _("{name} n’est pas rentrée : {who} devait la rendre {day}.").format(
                name=case.name, who=who, day=day(blocker.ends, self.today)
            )
        else:
            verb = "est" if blocker.state is LoanState.OUT else "est promise"
            reason = _("{name} {verb} à {who} du {short_day} au {short_day2} (prêt {id}).").format(
                name=case.name, verb=verb, who=who, short_day=short_day(blocker.starts), short_day2=short_day(blocker.ends), id=blocker.id
            )
        free = next_free((ends - starts).days, starts, loans, self.today, but)
        raise Overlap(
            reason
            if but
            else _("{reason} Pour la même durée, elle est libre à partir du {short_day}.").format(reason=reason, short_day=short_day(free))
        )

    def _may_leave(self, loan: Loan) -> None:
        if loan.state is not LoanState.RESERVED:
            raise Refused(_("Le prêt {id} n’est pas une réservation : il est déjà sorti, rentré ou annulé.").format(id=loan.id))
        opens = loan.starts - timedelta(days=PREPARE_DAYS)
        if self.today < opens:
            raise Refused(
                _("Le prêt {id} commence {day} : la valise peut sortir à partir du {short_day}.").format(
                    id=loan.id, day=day(loan.starts, self.today), short_day=short_day(opens)
                )
            )
        if self.today > loan.ends:
            raise Refused(
                _("Le prêt {id} aurait dû se terminer {day} : prolongez-le ou annulez-le.").format(
                    id=loan.id, day=day(loan.ends, self.today)
                )
            )
        elsewhere = self.out_of_case(loan.case_id)
        if elsewhere is not None:
            town = self.inventory.library(elsewhere.library_id).town
            raise Overlap(_("La valise n’est pas rentrée de {town} : rentrez d’abord le prêt {id}.").format(town=town, id=elsewhere.id))
        if self.today < loan.starts:
            self._refuse_overlap(loan.case_id, self.today, loan.ends, but=loan.id)

    def _refuse_unproved(self, leaving: Sequence[Device], anyway: str) -> None:
        unproved = [device.name for device in leaving if device.state is not DeviceState.READY]
        if unproved and not anyway.strip():
            names = ", ".join(unproved[:8]) + (" …" if len(unproved) > 8 else "")
            raise Refused(
                _(
                    "Pas encore prouvés propres : {names}. Remettez la valise à zéro, laissez-les (--without) "
                    "ou donnez une raison (--anyway)."
                ).format(names=names)
            )

    def _guarded(self, write: Any) -> None:
        try:
            write()
        except sqlite3.IntegrityError as error:
            if "overlap" in str(error):
                raise Overlap(_("Un de ces appareils vient d’être promis à quelqu’un d’autre pour ces jours-là.")) from error
            raise

    def _write(self, loan: Loan) -> None:
        self._guarded(lambda: self.store.db["loans"].update(loan.id, rows.loan_row(loan)))

    def _write_borrower(self, loan: Loan, borrower: str, signature: Signature | None) -> None:
        name = _name(borrower) or loan.borrower
        row: dict[str, object] = {"loan_id": loan.id, "name": name, "signature_kind": None, "signature": None}
        if signature is not None:
            row |= {"signature_kind": signature.kind.value, "signature": signature.data}
        self.store.db["borrowers"].upsert(row, pk="loan_id")

    def _apply(self, loan: Loan, exceptions: Sequence[CheckinException]) -> None:
        """What exceptions say of the things themselves."""
        counts = {accessory.id: accessory for accessory in self.inventory.accessories(loan.case_id)}
        for accessory in counts.values():
            short = sum(
                e.count for e in exceptions if e.item == accessory.id and e.kind in (ExceptionKind.MISSING, ExceptionKind.INCOMPLETE)
            )
            self.inventory.save_accessory(replace(accessory, present=max(0, accessory.count - short)))
        when = short_day(self.today)
        for exception in exceptions:
            if exception.item not in loan.device_ids:
                continue
            note = f" : {exception.note}" if exception.note else ""
            if exception.kind is ExceptionKind.MISSING:
                changes: dict[str, Any] = {
                    "condition": Condition.LOST,
                    "state": DeviceState.ATTENTION,
                    "reason": _("Manquait au retour du {when}{note}.").format(when=when, note=note),
                }
            elif exception.kind is ExceptionKind.DAMAGED:
                changes = {
                    "condition": Condition.DAMAGED,
                    "state": DeviceState.ATTENTION,
                    "reason": _("Abîmé au retour du {when}{note}.").format(when=when, note=note),
                }
            else:
                changes = {
                    "state": DeviceState.ATTENTION,
                    "reason": _("À voir depuis le retour du {when}{note}.").format(when=when, note=note),
                }
            self.inventory.update_device(exception.item, **changes)

    def _new_id(self) -> str:
        year = str(self.today.year)
        found = self.store.rows("SELECT max(CAST(substr(id, 6) AS INTEGER)) AS last FROM loans WHERE substr(id, 1, 5) = ?", (f"{year}-",))
        return f"{year}-{int(found[0]['last'] or 0) + 1:04d}"


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > 120 or not name.isprintable():
        raise DataError(_("Le nom de l’emprunteur fait 120 caractères au plus, sur une ligne."))
    return name


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise DataError(_("Une note fait {MAX_NOTE} caractères au plus.").format(MAX_NOTE=MAX_NOTE))
    return text.strip()
