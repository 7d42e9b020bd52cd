"""Profiles: the desired state of a kind of device for a theme, in TOML, one file a profile.

Guarantees: a profile that loads is whole and safe to apply: known keys only, absolute paths without "..", nothing of the
system ever emptied, modes without setuid, installers with their hash; every mistake is told with its file and line. One
parent at most (`extends`): the child's values win, lists are joined, items with the same name are replaced.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fleet.errors import NotFound, ProfileError
from fleet.i18n import _
from fleet.model import App, CheckItem, DeviceKind, DriverName, ManagedFile, Pack, Profile, Setting
from fleet.profile_schema import Problem, check_document
from fleet.toml_lines import line_numbers, line_of

MAX_BYTES = 1_000_000
MAX_PARENTS = 4
FOLDER = Path(__file__).resolve().parent.parent / "images" / "profiles"

Document = Mapping[str, Any]


def read_document(text: str, file: str) -> tuple[Document, list[ProfileError]]:
    """Parse and check one file by itself; returns what could be read and every mistake."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax(error, file)]
    lines = line_numbers(text)
    problems = check_document(document)
    stem = Path(file).stem
    if not problems and document["id"] != stem:
        problems.append(Problem(("id",), _("« {value} » doit être le nom du fichier, « {stem} ».").format(value=document["id"], stem=stem)))
    return document, sorted((ProfileError(p.message, file, line_of(lines, p.place)) for p in problems), key=lambda e: e.line)


class ProfileFolder:
    """The profiles of a folder; files are read once. `problems` holds every mistake found, good profiles stay usable."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.problems: list[ProfileError] = []
        self._documents: dict[str, Document] = {}
        self._lines: dict[str, int] = {}
        self._broken: dict[str, ProfileError] = {}
        for path in sorted(folder.glob("*.toml")):
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            data = path.read_bytes()[: MAX_BYTES + 1]
            if len(data) > MAX_BYTES:
                raise ProfileError(_("plus d’un mégaoctet : mettez les gros fichiers à côté, avec source = …"), path.name)
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._broken[path.stem] = ProfileError(f"illisible ({error}).", path.name)
        except ProfileError as error:
            self._broken[path.stem] = error
        else:
            document, problems = read_document(text, path.name)
            if not problems:
                self._documents[path.stem] = document
                self._lines[path.stem] = line_of(line_numbers(text), ("extends",))
                return
            self._broken[path.stem] = problems[0]
            self.problems += problems
            return
        self.problems.append(self._broken[path.stem])

    @property
    def ids(self) -> list[str]:
        """Profiles that can be tried, in alphabetical order."""
        return sorted(self._documents)

    def load(self, profile_id: str) -> Profile:
        """The profile with its inheritance resolved; `ProfileError` says where it is wrong, `NotFound` that there is none."""
        chain = self._chain(profile_id)
        merged: dict[str, Any] = {}
        for ancestor in reversed(chain):
            merged = merge(merged, self._documents[ancestor])
        return build(merged, parents=tuple(chain[1:]))

    def check(self) -> list[ProfileError]:
        """Every mistake of every file, inheritance included."""
        found = list(self.problems)
        for profile_id in self.ids:
            try:
                self.load(profile_id)
            except ProfileError as error:
                found.append(error)
        return found

    def _chain(self, profile_id: str) -> list[str]:
        if profile_id in self._broken:
            raise self._broken[profile_id]
        if profile_id not in self._documents:
            known = ", ".join(self.ids) or "aucun"
            raise NotFound(_("Aucun profil « {profile_id} ». Profils connus : {known}.").format(profile_id=profile_id, known=known))
        chain = [profile_id]
        while parent := self._documents[chain[-1]].get("extends", ""):
            file, line = f"{chain[-1]}.toml", self._lines[chain[-1]]
            if parent in chain:
                raise ProfileError(
                    _("« {parent} » s’hérite de lui-même ({listed}).").format(parent=parent, listed=" → ".join([*chain, parent])),
                    file,
                    line,
                )
            if parent in self._broken:
                raise ProfileError(_("le profil parent a une erreur : {value}").format(value=self._broken[parent]), file, line)
            if parent not in self._documents:
                raise ProfileError(_("le profil parent « {parent} » n’existe pas.").format(parent=parent), file, line)
            if len(chain) > MAX_PARENTS:
                raise ProfileError(_("plus de {MAX_PARENTS} parents à la suite.").format(MAX_PARENTS=MAX_PARENTS), file, line)
            chain.append(parent)
        return chain


# What makes two items of a list the same thing, so that a child replaces its parent's.
_IDENTITY: dict[str, tuple[str, ...]] = {
    "packs": ("id",),
    "apps": ("id",),
    "files": ("target",),
    "settings": ("scope", "key"),
    "checklist": ("id",),
}


def merge(parent: Document, child: Document) -> dict[str, Any]:
    """The parent's document with the child's over it."""
    merged = dict(parent)
    for key, value in child.items():
        if key in _IDENTITY:
            names = _IDENTITY[key]
            items = {tuple(item[n] for n in names): item for item in parent.get(key, [])}
            items |= {tuple(item[n] for n in names): item for item in value}
            merged[key] = list(items.values())
        elif isinstance(value, Mapping):
            merged[key] = {k: list(dict.fromkeys([*parent.get(key, {}).get(k, []), *v])) for k, v in value.items()}
            merged[key] = {**parent.get(key, {}), **merged[key]}
        else:
            merged[key] = value
    return merged


def build(document: Document, parents: tuple[str, ...] = ()) -> Profile:
    """A profile from a checked document."""
    reset, accounts = document.get("reset", {}), document.get("accounts", {})
    profile = Profile(
        id=document["id"],
        label=document["label"],
        kind=DeviceKind(document.get("kind", "tablet")),
        driver=DriverName(document.get("driver", "linux_kiosk")),
        description=document.get("description", ""),
        parents=parents,
        image=document.get("image", ""),
        battery_min=document.get("battery_min", 0),
        packs=tuple(Pack(**item) for item in document.get("packs", [])),
        apps=tuple(App(**item) for item in document.get("apps", [])),
        files=tuple(ManagedFile(**{**item, "mode": int(item.get("mode", "0644"), 8)}) for item in document.get("files", [])),
        settings=tuple(Setting(**item) for item in document.get("settings", [])),
        accounts_absent=tuple(accounts.get("absent", [])),
        wipe=tuple(reset.get("wipe", [])),
        keys=tuple(reset.get("keys", [])),
        checklist=tuple(CheckItem(**item) for item in document.get("checklist", [])),
    )
    return replace(profile, digest=digest(profile))


def digest(profile: Profile) -> str:
    """SHA-256 of the resolved profile, its own digest left out: two profiles with one digest ask for the same state."""
    value = asdict(profile)
    for name in ("digest", "parents", "label", "description"):
        del value[name]
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _syntax(error: tomllib.TOMLDecodeError, file: str) -> ProfileError:
    """Tomllib's own sentence, with its place apart."""
    message = str(error)
    sentence, _at, place = message.rpartition(" (at ")
    numbers = [int(word) for word in place.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    line, column = (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)
    return ProfileError(_("ce n’est pas du TOML : {value}.").format(value=sentence or message), file, line, column)
