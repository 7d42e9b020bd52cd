"""Checking a case in with a barcode reader: one scan of the case, then only what is not as it left. Pure: lines in, replies out.

Two ways of working. By exceptions (the default): the case came back whole but for what is scanned after « manque » or
« abîmé », in either order, or typed as "chargeurs 18". One by one (`each`): what was not scanned is missing.

Guarantees: an unknown code changes nothing and is said; a thing of another case is told apart; « annule » takes back the last
thing said; scanning a thing twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fleet.i18n import _
from fleet.identifiers import ACCESSORY_PREFIX, CASE_PREFIX, COMMAND_PREFIX, DEVICE_PREFIX, matching, plain, readings
from fleet.model import Accessory, Case, CheckinException, Device, ExceptionKind
from fleet.words import plural


class Word(StrEnum):
    """What can be typed, or scanned from the check-in sheet."""

    MISSING = "manque"
    DAMAGED = "abime"
    UNDO = "annule"
    END = "fin"


_WORDS = {word.value: word for word in Word}
_KINDS = {Word.MISSING: ExceptionKind.MISSING, Word.DAMAGED: ExceptionKind.DAMAGED}
_COUNTED = re.compile(r"(.+?)\s*[:=x×]?\s*(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Reply:
    """What to tell the person; `good` when it was understood."""

    text: str
    good: bool = True


class CheckIn:
    """One check-in under way. `devices` are those that left; `others` all the devices that did not."""

    def __init__(
        self, case: Case, devices: Sequence[Device], accessories: Sequence[Accessory], others: Iterable[Device] = (), each: bool = False
    ) -> None:
        self.case, self.each, self.done = case, each, False
        self._devices = {device.id: device for device in devices}
        self._accessories = {accessory.id: accessory for accessory in accessories}
        self._others = list(others)
        self._pending: Word | None = None
        self._asked: str = ""
        self._history: list[tuple[dict[str, CheckinException], frozenset[str]]] = []
        self._exceptions: dict[str, CheckinException] = {}
        self._seen: frozenset[str] = frozenset()

    @property
    def exceptions(self) -> tuple[CheckinException, ...]:
        """What did not come back as it left."""
        found = dict(self._exceptions)
        if self.each:
            for item in (*self._devices, *self._accessories):
                if item not in self._seen and item not in found:
                    count = self._accessories[item].count if item in self._accessories else 1
                    found[item] = CheckinException(item, ExceptionKind.MISSING, count)
        return tuple(found.values())

    def feed(self, line: str) -> Reply:
        """One line typed or scanned."""
        text = line.strip()
        if not text:
            return self._end()
        word = self._word(text)
        if word is not None:
            return self._command(word)
        if matching(text, [self.case], CASE_PREFIX, lambda c: (c.id, c.name)):
            return Reply(f"{self.case.name} : {self._contents()}.")
        counted = _COUNTED.fullmatch(text)
        accessory = matching(text, self._accessories.values(), ACCESSORY_PREFIX, lambda a: (a.id, a.name))
        device = matching(text, self._devices.values(), DEVICE_PREFIX, lambda d: (d.id, d.property_number, d.serial, d.name))
        if device:
            return self._thing(device[0].id, device[0].name)
        if accessory:
            return self._thing(accessory[0].id, accessory[0].name)
        if counted:
            named = matching(counted.group(1), self._accessories.values(), ACCESSORY_PREFIX, lambda a: (a.id, a.name))
            if named:
                return self._count(named[0], int(counted.group(2)))
        return self._stranger(text)

    def _word(self, text: str) -> Word | None:
        for meant in readings(text):
            said = plain(meant).removeprefix(COMMAND_PREFIX)
            if said in _WORDS:
                return _WORDS[said]
        return None

    def _command(self, word: Word) -> Reply:
        if word is Word.END:
            return self._end()
        if word is Word.UNDO:
            return self._undo()
        if self._asked:
            item, self._asked = self._asked, ""
            return self._mark(item, _KINDS[word])
        self._pending = word
        return Reply(_("Scannez ce qui manque (sur la feuille de retour).") if word is Word.MISSING else _("Scannez ce qui est abîmé."))

    def _thing(self, item: str, name: str) -> Reply:
        if self._pending is not None:
            word, self._pending = self._pending, None
            return self._mark(item, _KINDS[word])
        if self.each:
            self._remember()
            self._seen |= {item}
            left = len(self._devices) + len(self._accessories) - len(self._seen)
            return Reply(
                _("{name} : là. Reste {plural} à scanner.").format(name=name, plural=plural(left, "chose"))
                if left
                else _("{name} : là. Tout est scanné.").format(name=name)
            )
        self._asked = item
        return Reply(_("{name} : manque, ou abîmé ?").format(name=name))

    def _mark(self, item: str, kind: ExceptionKind) -> Reply:
        count = self._accessories[item].count if item in self._accessories and kind is ExceptionKind.MISSING else 1
        self._remember()
        self._exceptions[item] = CheckinException(item, kind, count)
        words = {ExceptionKind.MISSING: "manque", ExceptionKind.DAMAGED: _("abîmé")}[kind]
        return Reply(_("{name} : {words}, noté.").format(name=self._name(item), words=words))

    def _count(self, accessory: Accessory, present: int) -> Reply:
        self._remember()
        self._seen |= {accessory.id}
        if present >= accessory.count:
            self._exceptions.pop(accessory.id, None)
            return Reply(_("{name} : {present}, le compte y est.").format(name=accessory.name, present=present))
        missing = accessory.count - present
        kind = ExceptionKind.INCOMPLETE if present else ExceptionKind.MISSING
        self._exceptions[accessory.id] = CheckinException(accessory.id, kind, missing)
        return Reply(_("{name} : {present} sur {count}, noté.").format(name=accessory.name, present=present, count=accessory.count))

    def _stranger(self, text: str) -> Reply:
        found = matching(text, self._others, DEVICE_PREFIX, lambda d: (d.id, d.property_number, d.serial, d.name))
        if len(found) != 1:
            return Reply(_("« {value} » n’est pas connu : rien n’est changé.").format(value=text[:40]), good=False)
        self._remember()
        self._exceptions[found[0].id] = CheckinException(found[0].id, ExceptionKind.UNEXPECTED)
        return Reply(_("{name} ({id}) n’était pas dans cette valise : noté.").format(name=found[0].name, id=found[0].id), good=False)

    def _undo(self) -> Reply:
        if self._pending is not None or self._asked:
            self._pending, self._asked = None, ""
            return Reply(_("Oublié."))
        if not self._history:
            return Reply(_("Rien à annuler."), good=False)
        self._exceptions, self._seen = self._history.pop()
        return Reply(_("Le dernier est annulé."))

    def _end(self) -> Reply:
        if self._asked:
            return Reply(
                _("{name} : manque, ou abîmé ? (« annule » si ni l’un ni l’autre)").format(name=self._name(self._asked)), good=False
            )
        self.done = True
        return Reply(_("Fini."))

    def _remember(self) -> None:
        self._history.append((dict(self._exceptions), self._seen))

    def _name(self, item: str) -> str:
        return self._devices[item].name if item in self._devices else self._accessories[item].name

    def _contents(self) -> str:
        things = [plural(len(self._devices), "appareil")]
        things += [f"{accessory.name.lower()} × {accessory.count}" for accessory in self._accessories.values()]
        return ", ".join(things)
