"""Guarantees: whatever is wrong in a TOML activity is told with its file, its line, and what to write instead."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from mediation_apps.errors import ActivityError
from mediation_apps.i18n import _
from mediation_apps.runtime.words import typography

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_AT_LINE = re.compile(r"at line (\d+)")
_SINGLE = re.compile(r"^\s*\[[^\[\]]+\]\s*(?:#.*)?$")
_CURLY = tuple("“”„«‘’")
ALIKE = 0.75  # share of two keys from which one is taken for a slip of the other


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an author should know. `kind`: refused, internet, unsupported, unsafe, media, text, easy, script, key."""

    kind: str
    file: str
    line: int
    sentence: str


def unreadable(line: str) -> str:
    """What to write instead of a line that is no TOML, as far as it can be guessed."""
    key, _equals, value = (part.strip() for part in line.partition("="))
    if value.lower() in ("vrai", "faux", "oui", "non", "yes", "no"):
        return _("« {value} » ne se lit pas ici : écrivez true pour oui, false pour non.").format(value=value)
    if value[:1] in _CURLY:
        return _('les guillemets autour d’un texte sont droits : {key} = "…".').format(key=key)
    if '"""' not in value and (value.count('"') % 2 or (value[:1] == '"' and value.count('"') > 2)):
        return _("les guillemets droits vont par deux : il en manque un, ou il y en a de trop. À l’intérieur d’un texte, écrivez « … ».")
    if value[:1].isalpha() and value.partition("#")[0].strip() not in ("true", "false"):
        return _('un texte se met entre guillemets droits : {key} = "…".').format(key=key)
    if _SINGLE.match(line):
        return _("une partie qui se répète s’écrit entre deux crochets, [[…]].")
    return _("l’écriture est incorrecte. Vérifiez les guillemets, les crochets et les virgules de cette ligne.")


@dataclass(slots=True)
class Source:
    """A TOML file with the way back to its lines."""

    file: str
    text: str
    remarks: list[Remark] = field(default_factory=list)

    def root(self) -> Table:
        """The file's own table; `ActivityError` with the line when it is no TOML."""
        try:
            return Table(self, tomllib.loads(self.text), ())
        except RecursionError as e:
            raise ActivityError(self.file, 1, _("le fichier est construit pour bloquer la lecture.")) from e
        except tomllib.TOMLDecodeError as e:
            found = _AT_LINE.search(str(e))
            line = int(found[1]) if found else self.text.count("\n") + 1
            lines = self.text.splitlines()
            raise ActivityError(self.file, line, unreadable(lines[line - 1] if line <= len(lines) else "")) from e

    def line_of(self, path: tuple[str | int, ...], key: str = "") -> int:
        """The line of a key below `path` (`("answers", 2)`), or of the nearest thing above it."""
        lines = self.text.splitlines()
        at, end = 0, len(lines)
        for name, index in zip(path[::2], path[1::2], strict=False):
            headers = [n for n in range(at, end) if (found := _HEADER.match(lines[n])) and found[1].split(".")[-1] == name]
            if isinstance(index, int) and index < len(headers):
                at = headers[index]
                end = headers[index + 1] if index + 1 < len(headers) else end
            else:
                return self._key(lines, str(name), at, end) or at + 1
        return self._key(lines, key, at, end) or at + 1

    @staticmethod
    def _key(lines: list[str], key: str, at: int, end: int) -> int:
        wanted = re.compile(rf"^\s*(?:\[+\s*)?\"?{re.escape(key)}\"?\s*(?:=|\]|\.)") if key else None
        return next((n + 1 for n in range(at, end) if wanted and wanted.match(lines[n])), 0)

    def line_with(self, words: str) -> int:
        """The line where a sentence stands; 1 when it is spread over several."""
        start = typography(words)[:24]
        return next((n for n, line in enumerate(self.text.splitlines(), 1) if start and start in typography(line)), 1)

    def remark(self, kind: str, line: int, sentence: str) -> None:
        """Keep something to tell the author."""
        self.remarks.append(Remark(kind, self.file, line, sentence))


@dataclass(frozen=True, slots=True)
class Table:
    """A TOML table that knows where it stands."""

    source: Source
    values: dict[str, Any]
    path: tuple[str | int, ...]

    def fail(self, key: str, sentence: str) -> ActivityError:
        """The error to raise about one key."""
        return ActivityError(self.source.file, self.source.line_of(self.path, key), sentence)

    def know(self, *keys: str) -> None:
        """Remark on every key that is none of these, with the nearest one."""
        for key in self.values:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                sentence = _("« {key} » n’est pas connu ici : il est ignoré.").format(key=key)
                if near:
                    sentence += " " + _("Vouliez-vous écrire « {near} » ?").format(near=near[0])
                self.source.remark("key", self.source.line_of(self.path, key), sentence)

    def text(self, key: str, default: str | None = None) -> str:
        """A string; without a default it must be there and say something."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            slips = difflib.get_close_matches(key, self.values, 1, ALIKE) if key not in self.values else []
            if slips:
                raise self.fail(slips[0], _("« {slip} » n’est pas connu ici : écrivez « {key} ».").format(slip=slips[0], key=key))
            raise self.fail(key, _("il manque un texte pour « {key} ».").format(key=key))
        return typography(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, _("« {key} » se remplit avec true (vrai) ou false (faux).").format(key=key))
        return value

    def number(self, key: str, default: int | None, lowest: int, highest: int) -> int:
        """A whole number between two bounds."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise self.fail(key, _("« {key} » est un nombre entre {lowest} et {highest}.").format(key=key, lowest=lowest, highest=highest))
        return value

    def strings(self, key: str, fewest: int = 0) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value) or len(value) < fewest:
            raise self.fail(key, _("« {key} » est une liste de textes, {n} au moins.").format(key=key, n=fewest))
        return tuple(typography(item) for item in value)

    def tables(self, key: str, fewest: int = 1, most: int = 60) -> tuple[Table, ...]:
        """The `[[key]]` tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value) or not fewest <= len(value) <= most:
            sentence = _("il faut entre {fewest} et {most} parties « [[{key}]] ».")
            raise self.fail(key, sentence.format(key=key, fewest=fewest, most=most))
        return tuple(Table(self.source, item, (*self.path, key, rank)) for rank, item in enumerate(value))
