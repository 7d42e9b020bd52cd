"""Guarantees: an author's folder is changed only into something that still plays, whole or not at all, and every change can be taken back.

A change is written file by file in an order that leaves a workshop that reads at every moment: what is new before it is named in the
manifest, what goes after it is named no more. Sentences say which activity and which line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mediation_apps.errors import ActivityError, PackError, PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files, FolderFiles
from mediation_apps.runtime.check import check
from mediation_apps.runtime.native.source import Remark
from mediation_apps.runtime.native.starters import Starter
from mediation_apps.runtime.pack import REFUSED, Pack, read_pack
from mediation_apps.runtime.pictures import prepared
from mediation_apps.runtime.store import write_whole
from mediation_apps.runtime.template import quoted

MANIFEST, SCRIPT = "manifest.toml", "deroule.md"
MOST_UNDO = 500
_LIST = re.compile(r"^activities\s*=\s*\[.*?\]\s*?\n", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


class Overlay:
    """Files with some of them changed or gone (`None`), to be read before anything is written."""

    def __init__(self, files: Files, changes: dict[str, bytes | None]) -> None:
        self._files, self._changes = files, changes

    def names(self) -> tuple[str, ...]:
        """Every file there will be."""
        kept = {name for name in self._files.names() if name not in self._changes}
        return tuple(sorted(kept | {name for name, data in self._changes.items() if data is not None}))

    def read(self, name: str, cap: int = limits.MAX_MEMBER) -> bytes:
        """One file as it will be."""
        data = self._changes.get(name)
        return data if data is not None else self._files.read(name, cap)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: `saved`, and a sentence (a reason, or advice; "" when there is nothing to say)."""

    saved: bool
    sentence: str = ""


class Notebook:
    """The workshop in `folder`, being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack: Pack = read_pack(FolderFiles(folder))
        self.undo: list[dict[str, bytes | None]] = []

    def text(self, name: str) -> str:
        """A file's text."""
        return self.pack.files.read(name, limits.MAX_TEXT_FILE).decode("utf-8-sig")

    def write(self, name: str, text: str) -> Outcome:
        """Change one text."""
        return self._change({name: text.encode()})

    def take_back(self) -> Outcome:
        """Undo the last change of this sitting."""
        if not self.undo:
            return Outcome(False, _("Il n’y a rien à annuler."))
        before = self.undo.pop()
        outcome = self._change(before)
        if outcome.saved:
            self.undo.pop()  # taking back is no change of its own
        else:
            self.undo.append(before)
        return outcome

    # ── the row of activities ──────────────────────────────────────────────────────────────────────────

    def names(self) -> list[str]:
        """The activities' file names in order."""
        return [PurePosixPath(entry.file).name for entry in self.pack.entries]

    def create(self, starter: Starter, after: int) -> Outcome:
        """A new activity of a kind, after the one at `after` (−1: first)."""
        return self._insert(self._free(starter.kind, starter.suffix), starter.text.encode(), after)

    def duplicate(self, at: int) -> Outcome:
        """The same activity once more, to be changed."""
        entry = self.pack.entries[at]
        stem, _dot, suffix = PurePosixPath(entry.file).name.rpartition(".")
        return self._insert(self._free(re.sub(r"^\d+-|-\d+$", "", stem), suffix), self.pack.files.read(entry.file), at)

    def _insert(self, name: str, data: bytes, after: int) -> Outcome:
        if len(self.pack.entries) >= limits.MAX_ACTIVITIES:
            return Outcome(False, _("Cet atelier a déjà {n} activités : c’est le plus possible.").format(n=limits.MAX_ACTIVITIES))
        row = self.names()
        row.insert(after + 1, name)
        return self._change({f"activities/{name}": data, MANIFEST: self._listed(row)})

    def _free(self, stem: str, suffix: str) -> str:
        taken = {PurePosixPath(name).stem for name in self.pack.files.names()}
        number = next(n for n in range(1, 10_000) if all(not name.startswith(f"{n:02d}-") for name in taken))
        return f"{number:02d}-{stem}.{suffix}"

    def move(self, at: int, by: int) -> Outcome:
        """One place earlier or later; at the ends nothing happens."""
        row, to = self.names(), at + by
        if not 0 <= to < len(row):
            return Outcome(False)
        row.insert(to, row.pop(at))
        return self._change({MANIFEST: self._listed(row)})

    def delete(self, at: int) -> Outcome:
        """Away with one; `take_back` brings it again as it was."""
        row = self.names()
        if len(row) < 2:
            return Outcome(False, _("Un atelier garde au moins une activité."))
        file = self.pack.entries[at].file
        del row[at]
        return self._change({MANIFEST: self._listed(row), file: None})

    def _listed(self, row: list[str]) -> bytes:
        """The manifest with this order; everything else of it stays."""
        source = self.text(MANIFEST)
        line = "activities = [\n" + "".join(f"  {quoted(name)},\n" for name in row) + "]\n"
        if _LIST.search(source):
            return _LIST.sub(lambda _found: line, source, count=1).encode()
        table = _TABLE.search(source)
        at = table.start() if table else len(source)
        head = source[:at].rstrip("\n") + "\n"
        return (head + line + ("\n" + source[at:].lstrip("\n") if table else "")).encode()

    # ── pictures ───────────────────────────────────────────────────────────────────────────────────────

    def import_picture(self, path: Path) -> str:
        """Bring a picture into the pack, checked and made small; its name there. `PackError` when it is none that can be shown."""
        try:
            with path.open("rb") as source:
                data = source.read(limits.MAX_MEMBER + 1)
        except OSError as e:
            raise PackStoreError(_("Cette image ne se lit pas. La clé est-elle toujours branchée ?")) from e
        if len(data) > limits.MAX_MEMBER:
            raise PackError(_("Cette image est trop grande. Réduisez-la à 4 000 pixels de large au plus."))
        small, suffix = prepared(data, path.name)
        bare = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in path.stem.lower()).strip("-")[:40] or "image"
        taken = set(self.pack.files.names())
        name = next(name for n in range(1, 10_000) if (name := f"media/{bare}{'' if n == 1 else f'-{n}'}.{suffix}") not in taken)
        outcome = self._change({name: small}, undo=False)
        if not outcome.saved:
            raise PackStoreError(outcome.sentence)
        return name

    def illustrate(self, at: int, picture: str, alt: str) -> Outcome:
        """Put a picture above an activity, or in the place of the one there."""
        file = self.pack.entries[at].file
        source = self.text(file)
        if file.endswith(".md"):
            return Outcome(False, _("Une page de texte n’a pas d’image : ajoutez une activité avec image."))
        head, rest = _split(source)
        head = re.sub(r"^(picture|alt)\s*=.*\n", "", head, flags=re.MULTILINE)
        added = f"picture = {quoted(picture)}\nalt = {quoted(alt)}\n"
        return self._change({file: (head.rstrip("\n") + "\n" + added + ("\n" + rest if rest else "")).encode()})

    # ── what is wrong ──────────────────────────────────────────────────────────────────────────────────

    def remarks(self, file: str) -> tuple[str, ...]:
        """What to mend in one file, each with its activity and line."""
        report = check(self.pack)
        found: list[Remark] = [remark for remark in report.remarks if remark.file == file]
        found += [remark for finding in report.findings if finding.file == file for remark in finding.remarks]
        return tuple(told(remark) for remark in found)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────

    def _change(self, changes: dict[str, bytes | None], undo: bool = True) -> Outcome:
        """Write these files if the workshop still plays with them."""
        reason = self._objection(changes)
        if reason:
            return Outcome(False, _("Pas encore enregistré. {why}").format(why=reason))
        here = set(self.pack.files.names())
        before = {name: self.pack.files.read(name) if name in here else None for name in changes}
        try:
            for name, data in sorted(changes.items(), key=_turn):
                path = self.folder / name
                if data is None:
                    path.unlink(missing_ok=True)
                else:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, data)
            self.pack = read_pack(FolderFiles(self.folder))
        except (OSError, PackError):
            return Outcome(False, _("Le disque refuse. Rien n’a changé : libérez de la place ou changez de clé."))
        if undo:
            self.undo = [*self.undo[-MOST_UNDO + 1 :], before]
        return Outcome(True)

    def _objection(self, changes: dict[str, bytes | None]) -> str:
        try:
            trial = read_pack(Overlay(self.pack.files, changes))
        except ActivityError as e:
            return told(Remark("refused", e.file, e.line, e.sentence))
        except PackError as e:
            return str(e)
        refused = next((entry for entry in trial.entries if entry.file in changes and entry.status == REFUSED), None)
        return told(refused.remarks[0]) if refused is not None else ""


def _turn(change: tuple[str, bytes | None]) -> int:
    """New files, then the manifest, then what goes."""
    name, data = change
    return 2 if data is None else 1 if name == MANIFEST else 0


def _split(source: str) -> tuple[str, str]:
    table = _TABLE.search(source)
    return (source[: table.start()], source[table.start() :].lstrip("\n")) if table else (source, "")


def told(remark: Remark) -> str:
    """A remark as an author reads it: which activity, which line, what."""
    name = {MANIFEST: _("L’atelier"), SCRIPT: _("Le déroulé")}.get(remark.file, PurePosixPath(remark.file).stem)
    sentence = remark.sentence[:1].upper() + remark.sentence[1:]
    return _("{name}, ligne {line}. {sentence}").format(name=name, line=remark.line, sentence=sentence)
