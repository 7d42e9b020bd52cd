"""How an operation ended for one device, and what it says on the way.

Guarantees: pure values; unreachable is a state of its own and never a failure; only CLEAN, DONE, UNCHANGED and EQUAL are good ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fleet.i18n import Words
from fleet.model import SignedAttestation, Verdict


class End(StrEnum):
    """How it ended."""

    CLEAN = "clean"  # reset, read back, proved
    NOT_CLEAN = "not_clean"
    UNKNOWN = "unknown"  # reset, but not proved
    DONE = "done"  # provisioned, read back
    UNCHANGED = "unchanged"  # nothing to do, nothing done
    EQUAL = "equal"  # verified: it is what it should be
    DIFFERENT = "different"  # verified: it is not
    UNREACHABLE = "unreachable"  # nobody answered, and nothing was begun, now or in an earlier run
    INTERRUPTED = "interrupted"  # begun, then the line broke or nobody answered: the next run goes on from there
    STOPPED = "stopped"  # another host key: not touched
    FAILED = "failed"  # it answers, and something on it does not work


GOOD = frozenset({End.CLEAN, End.DONE, End.UNCHANGED, End.EQUAL})
OF_VERDICT = {Verdict.CLEAN: End.CLEAN, Verdict.NOT_CLEAN: End.NOT_CLEAN, Verdict.UNKNOWN: End.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of one device at the end. `reasons` are French sentences without anything of a borrower."""

    device_id: str
    end: End
    reasons: tuple[str, ...] = ()
    attestation: SignedAttestation | None = None
    changed: int = 0  # things written or removed
    bytes: int = 0  # sent and received
    seconds: float = 0.0
    resumed: bool = False
    battery: int | None = None
    image: str = ""
    where: tuple[str, int] = ("", 0)  # address and port where it answered


@dataclass(frozen=True, slots=True)
class Progress:
    """One device, now: step `index` of `count`, `done` of `total` bytes of it (0: not counted)."""

    device_id: str
    step: str
    index: int = 0
    count: int = 0
    done: int = 0
    total: int = 0
    note: str = ""


STEP_LABELS: Words[str] = Words(
    {
        "connect": "connexion",
        "facts": "état des lieux",
        "clock": "mise à l’heure",
        "marks": "pose des marques",
        "key": "destruction de la clé",
        "clean": "nettoyage",
        "marks-again": "nouvelles marques",
        "clean-again": "second nettoyage",
        "free-space": "réécriture de l’espace libre",
        "accounts": "comptes",
        "content": "contenu",
        "apps": "applications",
        "read-back": "relecture",
        "attest": "attestation",
        "waiting": "en attente",
        "end": "fini",
    }
)
END_LABELS: Words[End] = Words(
    {
        End.CLEAN: "propre, prouvé",
        End.NOT_CLEAN: "PAS propre",
        End.UNKNOWN: "remis à zéro, non prouvé",
        End.DONE: "prêt",
        End.UNCHANGED: "rien à faire",
        End.EQUAL: "conforme",
        End.DIFFERENT: "différent",
        End.UNREACHABLE: "pas trouvé",
        End.INTERRUPTED: "interrompu, reprendra là",
        End.STOPPED: "autre clé : pas touché",
        End.FAILED: "en panne",
    }
)
