"""Guarantees: pictures an author may bring in are found on the sticks and in the picture folders of this device; links are left alone."""

from __future__ import annotations

from pathlib import Path

from mediation_apps.runtime import limits
from mediation_apps.runtime.sticks import find_sticks

MOST = 60  # pictures shown
DEEP = 3  # folders inside folders
LOOKED_AT = 4_000  # entries of folders: a stick full of files is not searched for ever
FOLDERS = ("Images", "Pictures")  # of the person whose device it is: freedesktop.org, xdg-user-dirs, French and English


def places(given: Path | None = None) -> tuple[Path, ...]:
    """Where to look: the folder given, else sticks, then the pictures of this device."""
    if given is not None:
        return (given,)
    return (*find_sticks(), *(Path.home() / name for name in FOLDERS if (Path.home() / name).is_dir()))


def pictures(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The newest pictures there, at most `MOST`. Slow on a slow stick: not for the UI thread."""
    found: list[tuple[float, Path]] = []
    left = LOOKED_AT
    waiting = [(folder, 0) for folder in folders]
    while waiting and left > 0:
        folder, depth = waiting.pop(0)
        try:
            for entry in sorted(folder.iterdir()):
                left -= 1
                if left <= 0 or entry.is_symlink() or entry.name.startswith("."):
                    continue
                if entry.is_dir() and depth < DEEP:
                    waiting.append((entry, depth + 1))
                elif entry.suffix.lstrip(".").lower() in limits.PICTURES and entry.is_file():
                    found.append((entry.stat().st_mtime, entry))
        except OSError:
            continue  # a stick taken out meanwhile
    return tuple(path for _when, path in sorted(found, key=lambda pair: pair[0], reverse=True)[:MOST])


def picture_bytes(path: str) -> bytes:
    """The bytes of one of them, capped; `OSError` when it is gone or too large."""
    with Path(path).open("rb") as source:
        data = source.read(limits.MAX_MEMBER + 1)
    if len(data) > limits.MAX_MEMBER:
        raise OSError("too large")
    return data
