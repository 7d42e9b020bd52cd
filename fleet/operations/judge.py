"""The verdict: pure, and strict.

Guarantees: clean only when marks were planted in every place and each was found again before, when none is found after by
either instrument, when nothing is left in the places, when what was read back is what was sent, on the same device; whatever
could not be looked at makes the verdict unknown; unknown never certifies. Reasons hold counts and our own words only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fleet.i18n import _, ngettext
from fleet.model import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known when the read-back is over."""

    places: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()  # places where every mark was found again before the cleaning
    hits_first: int = 0  # things that hold the mark, as the device's program sees
    hits_second: int | None = None  # the same, as the device's shell sees; None: it could not say
    extras: int = 0  # things left in the places
    hidden: int = 0  # things the shell lists in the places and the program does not
    different: int = 0  # wanted things that are not what was sent
    keys_left: int = 0
    accounts_left: int = 0
    session_key_kept: bool = False  # the encrypted session volume still has its key
    same_device: bool = True  # one serial number: the inventory's, the marked device's, and what was told on every line, the last too
    serial_told: bool = True  # False: the device has none to tell, and only its host key says that it is the same
    searched_files: int = 0
    fresh: bool = True  # the read-back had a connection of its own
    second_expected: bool = True
    person_no: tuple[str, ...] = ()  # points of the proof that only a person sees, and found wrong
    person_missing: tuple[str, ...] = ()  # the same, not looked at


def judge(e: Evidence) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict and why it is not clean, or not known."""
    bad = list(_not_clean(e))
    if bad:
        return Verdict.NOT_CLEAN, tuple(bad)
    unknown = list(_unknown(e))
    return (Verdict.UNKNOWN, tuple(unknown)) if unknown else (Verdict.CLEAN, ())


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {ngettext(one, many, count)}"


def _not_clean(e: Evidence) -> Sequence[str]:
    found: list[str] = []
    hits = max(e.hits_first, e.hits_second or 0)
    if hits:
        found.append(
            _("{plural} : ce qui devait être effacé ne l’est pas.").format(
                plural=_plural(hits, "marque est encore là", "marques sont encore là")
            )
        )
    if e.hidden:
        found.append(_("L’appareil cache {plural} qu’il prétend avoir effacées.").format(plural=_plural(e.hidden, "chose", "choses")))
    if e.extras:
        found.append(
            _("{plural} là où un emprunteur laisse des traces.").format(plural=_plural(e.extras, "chose est restée", "choses sont restées"))
        )
    if e.keys_left:
        found.append(
            f"{_plural(e.keys_left, 'clé devait être détruite et est encore là', 'clés devaient être détruites et sont encore là')}."
        )
    if e.session_key_kept:
        found.append(_("La clé de l’espace de l’emprunteur n’a pas changé."))
    if e.accounts_left:
        found.append(f"{_plural(e.accounts_left, 'compte devait disparaître', 'comptes devaient disparaître')}.")
    found.extend(_("Répondu non : {text}").format(text=text) for text in e.person_no)
    return found


def _unknown(e: Evidence) -> Sequence[str]:
    found: list[str] = []
    missing = [place for place in e.places if place not in e.marked]
    if missing or not e.places:
        found.append(
            _("Les marques n’ont pas pu être posées et retrouvées partout ({value}) : rien n’est prouvé là.").format(
                value=", ".join(missing[:3]) or "nulle part"
            )
        )
    if e.second_expected and e.hits_second is None:
        found.append(_("La seconde recherche, par un autre outil, n’a pas abouti."))
    if not e.searched_files and e.places:
        found.append(_("La recherche des marques n’a rien lu."))
    if e.different:
        files = _plural(e.different, "fichier relu diffère", "fichiers relus diffèrent")
        found.append(_("{files} de ce qui a été envoyé : relancez la remise à zéro.").format(files=files))
    if not e.same_device and not e.serial_told:
        found.append(
            _("L’appareil n’a pas toujours dit son numéro de série : rien ne prouve que l’appareil relu est celui qui a été effacé.")
        )
    elif not e.same_device:
        found.append(_("L’appareil relu n’a pas le même numéro de série que l’appareil effacé."))
    if not e.fresh:
        found.append(_("La relecture n’a pas eu sa propre connexion."))
    found.extend(_("Sans réponse : {text}").format(text=text) for text in e.person_missing)
    return found
