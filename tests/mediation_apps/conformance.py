"""Writes docs/h5p-conformance.md from the tests: `python -m tests.mediation_apps.conformance`.

The rules are the sentences of the tests that hold them; the packages are read anew. A test fails when the page is out of date.
"""

from __future__ import annotations

import inspect
import tempfile
from collections import Counter
from pathlib import Path

from mediation_apps.errors import PackError
from mediation_apps.runtime.archive import FolderFiles
from mediation_apps.runtime.h5p.convert import TYPES
from mediation_apps.runtime.h5p.package import H5pPackage, read_h5p
from mediation_apps.runtime.store import PackStore
from tests.mediation_apps.runtime import test_flow, test_hostile
from tests.mediation_apps.runtime.play import test_scoring

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "h5p-conformance.md"
SAMPLES = ROOT.parent / "shared" / "data" / "h5p"
OPENED = {"plays": "plays", "partly": "partly", "refused": "refused"}

HEAD = """# What H5P packages do here

Generated from the tests by `python -m tests.mediation_apps.conformance`; do not edit by hand.

`colporteur workshop check PACK` prints the same per activity, in French, for the author: **plays**, **partly** (the participants go
past what is missing, the author is told before the session), or **refused**.

## Types read natively

"""


def rules() -> str:
    """The rules, each the sentence of the test that holds it."""
    lines = ["", "## Scoring rules", "", "| rule | held by |", "|---|---|"]
    modules = (
        (test_scoring, "test_"),
        (test_flow, "test_question_set"),
        (test_flow, "test_column"),
        (test_flow, "test_book"),
        (test_hostile, "test_h5p"),
    )
    for module, prefix in modules:
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith(prefix) and test.__module__ == module.__name__:
                lines.append(
                    f"| {name.removeprefix('test_').replace('_', ' ')}: {' '.join((test.__doc__ or '').split())} | `{name}` |".replace(
                        "`/`", "slash"
                    )
                )
    return "\n".join(lines)


def types() -> str:
    """The list of types."""
    return HEAD + "\n".join(f"- {name}" for name in TYPES if name != "H5P.Video") + "\n- H5P.Video: told to the author, passed over"


def refused() -> str:
    """Hostile packs, each with the sentence that its receiver reads; nothing of them is written anywhere."""
    held = "Held by `test_hostile_packs_are_refused_with_a_sentence_and_write_nothing`, which builds and installs each."
    lines = ["", "## Packs that are refused", "", held]
    lines += ["", "| pack | what is said |", "|---|---|"]
    for name, (build, _error) in test_hostile.HOSTILE.items():
        with tempfile.TemporaryDirectory() as scratch:
            pack = Path(scratch) / "pack.zip"
            pack.write_bytes(build())
            try:
                PackStore(Path(scratch) / "store").install(pack)
            except PackError as e:
                lines.append(f"| {name} | {e} |")
            else:
                raise AssertionError(name)
    return "\n".join(lines)


def packages() -> str:
    """The real packages, each with what is missing."""
    lines = ["", "## Real packages", "", "Packages published by others, read as they are (media kept, JavaScript libraries removed).", ""]
    lines += ["| package | type | verdict | what is missing, or why |", "|---|---|---|---|"]
    for path in samples():
        kind, verdict, why = _judged(path)
        name = path.parent.name if path.is_file() else f"{path.name}, unpacked"
        lines.append(f"| {name} ({path.parts[path.parts.index('h5p') + 1].partition('__')[0]}) | {kind} | {verdict} | {why} |")
    return "\n".join(lines) + "\n"


def samples() -> list[Path]:
    """Packages, and folders that hold one unpacked."""
    loose = {path.parent for path in SAMPLES.rglob("h5p.json") if not any(path.parent.glob("*.h5p"))}
    return sorted([*SAMPLES.rglob("*.h5p"), *loose])


def _judged(path: Path) -> tuple[str, str, str]:
    try:
        package = read_h5p(path.read_bytes() if path.is_file() else FolderFiles(path))
    except PackError as e:
        return "–", "refused", str(e)
    return package.main_library, OPENED[package.status], _missing(package)


def _missing(package: H5pPackage) -> str:
    found = Counter(note.sentence for note in package.notes)
    return "<br>".join(f"{sentence}{f' (× {count})' if count > 1 else ''}" for sentence, count in found.items()) or "–"


def page() -> str:
    """The whole page."""
    return f"{types()}\n{rules()}\n{refused()}\n{packages()}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
