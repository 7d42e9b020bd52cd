"""The sentences of the screens, gathered from the sources for translators.

`python -m kiosk.ui.messages` brings every kiosk/locale/<code>/LC_MESSAGES/kiosk.po up to date: new sentences are added
untranslated, translations are kept, sentences that are gone are dropped. A test fails while one is missing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk import platforms
from kiosk.i18n import _DAYS, _MONTHS, LOCALE

HERE = Path(__file__).parent
KIOSK = HERE.parent
SOURCES = (  # everything whose words a person may read on the glass, errors too
    HERE,
    KIOSK / "circulation",
    *(KIOSK / name for name in ("link.py", "handover.py", "settings.py", "store/disk.py", "store/outbox.py", "store/catalogue.py")),
)
_KV = re.compile(r"""\b_\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""")
RUBRICS = ("Jeux vidéo", "Haute-Provence", "Nos montagnes")  # of the demonstration: data, shown translated
Message = str | tuple[str, str]


def messages() -> set[Message]:
    """Return every sentence to translate; a pair is a singular and its plural."""
    from kiosk.ui.home_view import DOORS

    found: set[Message] = {*_MONTHS, *_DAYS, *(door.label for door in DOORS), *RUBRICS, *platforms.VERBS.values(), platforms.VERB}
    found |= {verb for platform in platforms.platforms().values() for verb in platform.verbs.values()}
    for source in SOURCES:
        for file in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            found |= set(_of_python(file))
    for file in sorted(HERE.rglob("*.kv")):
        found |= {ast.literal_eval(literal) for literal in _KV.findall(file.read_text(encoding="utf-8"))}
    return found


def _of_python(file: Path) -> Iterator[Message]:
    from babel.messages.extract import extract

    with open(file, "rb") as stream:
        for _line, message, _comments, _context in extract("python", stream, keywords={"_": None, "N_": None, "ngettext": (1, 2)}):
            yield tuple(message) if isinstance(message, tuple | list) else message


def update(code: str) -> int:
    """Bring a language's catalogue up to date; return how many sentences have no translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    file = LOCALE / code / "LC_MESSAGES" / "kiosk.po"
    with open(file, "rb") as stream:
        old = read_po(stream, locale=code)
    new = Catalog(locale=code, project="Colporteur", charset="utf-8", header_comment="# Sentences of the touch screens.", fuzzy=False)
    missing = 0
    for message in sorted(messages(), key=lambda m: m if isinstance(m, str) else m[0]):
        known = old.get(message if isinstance(message, str) else message[0])
        string = known.string if known is not None else ""
        new.add(message, string or "")
        missing += not (string if isinstance(string, str) else all(string))
    with open(file, "wb") as out:
        write_po(out, new, omit_header=False, width=0, include_previous=False, ignore_obsolete=True)
    return missing


if __name__ == "__main__":
    for folder in sorted(LOCALE.iterdir()):
        print(f"{folder.name}: {update(folder.name)} sentences without translation")
