"""The format page is true: each of its examples plays, and no type or command is missing from the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mediation_apps.cli import parser
from mediation_apps.cli.places import shipped
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.native.activities import TYPES
from mediation_apps.runtime.pack import read_pack
from mediation_apps.runtime.script import read_script
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import zipped

DOCS = Path(__file__).resolve().parents[2] / "docs"
FORMAT = (DOCS / "workshop-packs.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", FORMAT, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split('"')[1])
def test_examples_play_without_a_remark(example: str) -> None:
    """Copied as it stands, an example of the page is an activity."""
    files = {name: text.encode() for name, text in new_files("Essai", "essai").items()}
    entry = read_pack(ZipFiles(zipped(files | {"activities/09.toml": example.encode()}))).entries[-1]
    assert (entry.status, entry.remarks) == ("plays", ())


def test_every_type_is_on_the_page() -> None:
    """A type nobody can read about does not exist."""
    assert [name for name in TYPES if f"**{name}**" not in FORMAT] == []


def test_script_example_is_a_script() -> None:
    """The example of the page is read as it says."""
    step = read_script(re.findall(r"```markdown\n(.*?)```", FORMAT, re.DOTALL)[0]).steps[0]
    assert (step.minutes, step.title, step.shows) == (5, "Accueil", ("01-accueil",))


def test_every_command_and_shipped_workshop_is_documented() -> None:
    """Commands stand on one of the two pages, workshops in the guide."""
    guide = (DOCS / "guide-mediateur.md").read_text(encoding="utf-8")
    commands = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert [name for name in commands if name not in FORMAT + guide] == []  # type: ignore[union-attr]
    titles = [read_pack_title(name) for name in shipped()]
    assert [title for title in titles if title not in guide] == []


def read_pack_title(name: str) -> str:
    import tomllib

    folder = Path(__file__).resolve().parents[2] / "mediation_apps" / name.replace("-", "_")
    return str(tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["title"])
