"""The sentences of Fleet, gathered from its sources for translators.

`python -m fleet.messages` brings every fleet/locale/<code>/LC_MESSAGES/fleet.po up to date: new sentences are added untranslated,
translations are kept, sentences that are gone are dropped. A test fails while one is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from fleet.i18n import LOCALE

HERE = Path(__file__).parent
Message = str | tuple[str, str]
COUNTED = {"ngettext": 0, "plural": 1, "_plural": 1, "_count": 1}  # where the two forms begin among the arguments


def messages() -> set[Message]:
    """Return every sentence to translate; a pair is a singular and its plural."""
    from fleet.words import DAYS, MONTHS

    found: set[Message] = {*DAYS, *MONTHS}
    for file in sorted(HERE.rglob("*.py")):
        if "device" not in file.relative_to(HERE).parent.parts:  # what runs on a device says nothing to people
            found |= set(of_source(file.read_text("utf-8")))
    return found


def of_source(text: str) -> Iterator[Message]:
    """The sentences of one module: `_("…")`, `N_("…")`, counted forms, and the values of `Words({…})`."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in ("_", "N_"):
            yield from filter(None, map(_text, node.args[:1]))
        elif name in COUNTED:
            one, many = ([_text(a) for a in node.args[COUNTED[name] :]] + [""])[:2] if len(node.args) > COUNTED[name] else ("", "")
            if one:
                yield one, many or one + "s"
        elif name == "Words" and node.args and isinstance(node.args[0], ast.Dict):
            yield from filter(None, map(_text, node.args[0].values))


def _text(node: ast.expr) -> str:
    """A literal, and what both branches of a choice say when it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def update(code: str) -> int:
    """Bring a language's catalogue up to date; return how many sentences have no translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    file = LOCALE / code / "LC_MESSAGES" / "fleet.po"
    old = Catalog(locale=code)
    if file.exists():
        with open(file, "rb") as stream:
            old = read_po(stream, locale=code)
    new = Catalog(locale=code, project="Colporteur", charset="utf-8", header_comment="# Sentences of Fleet.", fuzzy=False)
    missing = 0
    for message in sorted(messages(), key=lambda m: m if isinstance(m, str) else m[0]):
        known = old.get(message if isinstance(message, str) else message[0])
        string = known.string if known is not None else ""
        new.add(message, string or "")
        missing += not (string if isinstance(string, str) else all(string))
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "wb") as out:
        write_po(out, new, omit_header=False, width=0, include_previous=False, ignore_obsolete=True)
    return missing


if __name__ == "__main__":
    for folder in sorted(LOCALE.iterdir()):
        print(f"{folder.name}: {update(folder.name)} sentences without translation")
