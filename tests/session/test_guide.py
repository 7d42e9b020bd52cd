"""The librarians' guide tells every setting, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.settings import CHECKS

GUIDE = Path(__file__).parents[2] / "docs" / "guide-bibliothecaire.md"


def test_every_setting_is_in_the_guide() -> None:
    """A setting that nobody can read about is a setting that does not exist, and the other way round."""
    table = GUIDE.read_text(encoding="utf-8").split("## Les réglages")[1].split("\n## ")[0]
    told = set()
    for line in table.splitlines():
        if line.startswith("| `"):
            names = re.findall(r"`([^`\"{}]+)`", line.split("|")[1])
            section = "koha." if names[0] == "[koha]" else ""
            told |= {section + name for name in names if name != "[koha]"}
    assert told == set(CHECKS)
