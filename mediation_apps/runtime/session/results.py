"""Guarantees: the results of a session lie on the facilitator's stick whole or not at all, beside those of other sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mediation_apps.i18n import _
from mediation_apps.runtime.store import write_whole

MOST_TABLES = 1_000  # of one workshop on one stick


def save_to(folder: Path | None, identifier: str) -> Callable[[str], tuple[str, bool]]:
    """What writes the results to the facilitator's stick, in one rename, beside those of other sessions; it says what became of them, and
    whether that is the end of it. Without a folder nothing is written."""
    chosen: list[Path] = []  # one file a session, whatever comes later

    def save(table: str) -> tuple[str, bool]:
        if folder is None:
            return _("Séance terminée, rien n’est gardé"), True
        try:
            if not chosen:
                chosen.append(_free(folder, f"resultats-{identifier}"))
            write_whole(chosen[0], table.encode("utf-8-sig"))
        except OSError:
            return _("La clé USB ne répond pas : rebranchez-la, les résultats attendent"), False
        return _("Résultats enregistrés sur la clé"), True

    return save


def _free(folder: Path, stem: str) -> Path:
    """The first name that no other session has taken; `OSError` when there is no folder."""
    if not folder.is_dir():
        raise FileNotFoundError(folder.name)
    names = (folder / f"{stem}{f'-{n}' if n > 1 else ''}.csv" for n in range(1, MOST_TABLES))
    return next((path for path in names if not path.exists()), folder / f"{stem}.csv")
