"""The declared work, its preparation on the devices, and the check from outside that it was done.

Guarantees: the same bytes for every tool and every run (a seeded generator); preparation and check go through the devices' own
mounts, without any of the tools.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from pathlib import Path

from bench.fleet.declared import HOME, SETTINGS, TREE
from fleet.lab.devices import inside
from fleet.lab.names import LabDevice

FILES, FILE_BYTES = 500, 100_000
CHANGED = FILES // 50  # 2 %
BORROWER_FILES = 200
# As in a workshop's folder: pictures, sounds and e-books, which are compressed already, beside pages and data, which are not.
COMPRESSED_SHARE = 0.6
_WORDS = [
    "la",
    "tablette",
    "montre",
    "une",
    "image",
    "et",
    "la",
    "personne",
    "choisit",
    "le",
    "mot",
    "juste",
    "puis",
    "la",
    "page",
    "suivante",
    "s'ouvre",
    "avec",
    "un",
    "exercice",
]


def content_of(number: int) -> bytes:
    """The bytes of one file of the tree."""
    generator = random.Random(number)
    if number % 10 < COMPRESSED_SHARE * 10:
        return generator.randbytes(FILE_BYTES)
    words = (f'<p id="{generator.randrange(10**6)}">{" ".join(generator.choices(_WORDS, k=12))}</p>\n' for _ in range(FILE_BYTES // 60))
    return "".join(words).encode()[:FILE_BYTES].ljust(FILE_BYTES)


def write_content(folder: Path) -> None:
    """Write the tree, the settings and an empty home below `folder`."""
    for number in range(FILES):
        path = folder / "arbre" / f"dossier-{number % 20:02d}" / f"fichier-{number:03d}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(number))
        path.chmod(0o755 if number % 50 == 0 else 0o644)
    (folder / "reglages").mkdir()
    for number in range(10):
        (folder / "reglages" / f"{number:02d}.conf").write_text(f"REGLAGE_{number}=oui\nVALEUR={number * 7}\n")
    (folder / "vide").mkdir()
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)


def prepare(device: LabDevice, case: str, folder: Path) -> None:
    """Bring a device into the state a case starts from."""
    root = inside(device)
    if case == "c":
        for name in (TREE, SETTINGS):
            shutil.rmtree(root / name, ignore_errors=True)
        wipe(root / HOME)
        return
    _equal(root, folder)
    os.chown(root / HOME, 0, 0)  # as the declared work has it: else the first round of (a) has something to change
    if case in ("b", "reset"):
        for number in range(0, FILES, FILES // CHANGED):
            path = root / TREE / f"dossier-{number % 20:02d}" / f"fichier-{number:03d}.dat"
            path.write_bytes(b"une version de la semaine derniere\n" + content_of(number)[:50_000])
        for number in range(BORROWER_FILES):
            path = root / HOME / f"Documents-{number % 8}" / f"lettre-{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"Madame, Monsieur, voici ma lettre numero {number}.\n" * 20)


def wipe(home: Path) -> None:
    """Empty a home."""
    for path in home.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _equal(root: Path, folder: Path) -> None:
    for source, name in ((folder / "arbre", TREE), (folder / "reglages", SETTINGS)):
        if not same(root / name, source):
            shutil.rmtree(root / name, ignore_errors=True)
            shutil.copytree(source, root / name)
            for path in [root / name, *(root / name).rglob("*")]:
                os.chown(path, 0, 0)
    wipe(root / HOME)


def listing(folder: Path) -> dict[str, tuple[int, str]]:
    """Mode and SHA-256 of every file below a folder."""
    files = (p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else ()
    return {p.relative_to(folder).as_posix(): (p.stat().st_mode & 0o777, hashlib.sha256(p.read_bytes()).hexdigest()) for p in files}


def same(there: Path, source: Path) -> bool:
    """True when two trees are equal: names, modes, bytes."""
    return listing(there) == listing(source)


def is_done(device: LabDevice, folder: Path) -> bool:
    """Read a device from outside: is the work done?"""
    root = inside(device)
    return same(root / TREE, folder / "arbre") and same(root / SETTINGS, folder / "reglages") and not any((root / HOME).iterdir())
