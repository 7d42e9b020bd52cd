"""A MARC record as fields, whatever it came in: ISO 2709 or XML, UNIMARC or MARC21.

Guarantees: fields are decoded and cut only when asked for (a mapping reads a third of them); asking twice decodes once;
subfields of one code are found in a field that is not cut yet without cutting it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

# Indicators, then (code, value) pairs; a control field has one pair with an empty code. A plain tuple: 30 of them a record.
Field = tuple[str, list[tuple[str, str]]]


class Flavour(StrEnum):
    """Whose field numbers these are."""

    UNIMARC = "unimarc"
    MARC21 = "marc21"


@dataclass(slots=True)
class Marc:
    """One record being read.

    `texts` holds fields not cut into subfields yet, by tag; `raw` those not even decoded, which `decode` turns into text.
    """

    leader: str
    fields: dict[str, list[Field]]
    texts: dict[str, list[str]]
    raw: dict[str, list[bytes]]
    decode: Callable[[bytes], str]

    def get(self, tag: str) -> list[Field]:
        """Return the fields of `tag`, in order; empty when there is none."""
        done = self.fields.get(tag)
        if done is None:
            texts = self.texts.get(tag)
            if texts is None:
                raw = self.raw.get(tag) if self.raw else None
                if raw is None:
                    return _NONE
                texts = [self.decode(data) for data in raw]
            done = self.fields[tag] = [_field(text) for text in texts]
        return done

    def present(self, tags: Iterable[str]) -> list[str]:
        """Return those of `tags` that the record has, in the order given: most mappings look for many that it has not."""
        if self.texts:
            texts = self.texts
            return [tag for tag in tags if tag in texts]
        return [tag for tag in tags if tag in self]

    def __contains__(self, tag: str) -> bool:
        return tag in self.texts or tag in self.fields or tag in self.raw

    def control(self, tag: str) -> str:
        """Return the content of a control field, or an empty string."""
        texts = self.texts.get(tag)
        if texts is not None and "\x1f" not in texts[0]:
            return texts[0]
        fields = self.get(tag)
        return fields[0][1][0][1] if fields and fields[0][1] else ""

    def first(self, tag: str, code: str) -> str:
        """Return the first subfield `code` of the first field `tag` that has one, or an empty string."""
        texts = self.texts.get(tag)
        if texts is None:
            return "" if self.texts else next((v for _i, pairs in self.get(tag) for key, v in pairs if key == code), "")
        mark = f"\x1f{code}"
        for text in texts:
            at = text.find(mark)
            while at >= 0:
                end = text.find("\x1f", at + 2)
                value = text[at + 2 : end] if end >= 0 else text[at + 2 :]
                if value:
                    return value
                at = end if end < 0 else text.find(mark, end)
        return ""

    def all(self, tag: str, code: str) -> list[str]:
        """Return every subfield `code` of every field `tag`."""
        texts = self.texts.get(tag)
        if texts is None:
            return [] if self.texts else [v for _i, pairs in self.get(tag) for key, v in pairs if key == code]
        mark = f"\x1f{code}"
        found = []
        for text in texts:
            at = text.find(mark)
            while at >= 0:
                end = text.find("\x1f", at + 2)
                value = text[at + 2 : end] if end >= 0 else text[at + 2 :]
                if value:
                    found.append(value)
                at = end if end < 0 else text.find(mark, end)
        return found


_NONE: list[Field] = []


def _field(text: str) -> Field:
    start, *parts = text.split("\x1f")
    if not parts:
        return "", [("", start)]
    return start, [(part[0], part[1:]) for part in parts if len(part) > 1]


def one(pairs: list[tuple[str, str]], code: str) -> str:
    """Return the first `code` of a field's pairs, or an empty string."""
    for key, value in pairs:
        if key == code:
            return value
    return ""


def many(pairs: list[tuple[str, str]], codes: str) -> list[str]:
    """Return the values of the subfields whose code is in `codes`, in the field's order."""
    return [value for key, value in pairs if key in codes]
