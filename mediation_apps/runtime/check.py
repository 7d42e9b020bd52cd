"""Guarantees: before a session its author knows, activity by activity, what plays, what partly, what not, and why, with file and line.

Sentences over twelve words are named (easy-language rules): a warning, never a refusal.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.model import Activity, Media
from mediation_apps.runtime.native.source import Remark, Source
from mediation_apps.runtime.pack import PARTLY, PLAYS, REFUSED, Entry, Pack
from mediation_apps.runtime.richtext import RichText
from mediation_apps.runtime.words import EASY_WORDS, hard_sentences

UNREAD = frozenset({"kind", "heading", "program", "records", "path", "credit"})  # fields that nobody reads aloud


@dataclass(frozen=True, slots=True)
class Finding:
    """One activity's verdict."""

    file: str
    title: str
    kind: str
    status: str
    remarks: tuple[Remark, ...]
    licence: str
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A pack's verdict."""

    identifier: str
    title: str
    minutes: int
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many activities play, play partly, are refused."""
        return {status: sum(finding.status == status for finding in self.findings) for status in (PLAYS, PARTLY, REFUSED)}


def check(pack: Pack) -> Report:
    """Judge every activity of a pack."""
    findings = tuple(_finding(pack, entry) for entry in pack.entries)
    about = pack.manifest
    return Report(about.identifier, about.title, about.minutes, findings, pack.remarks)


def _finding(pack: Pack, entry: Entry) -> Finding:
    remarks = (*entry.remarks, *_hard(pack, entry))
    return Finding(entry.file, entry.title, entry.kind, entry.status, remarks, entry.licence, entry.credits)


def _hard(pack: Pack, entry: Entry) -> Iterator[Remark]:
    if entry.status == REFUSED:
        return
    try:
        written = "" if entry.file.endswith(".h5p") else pack.files.read(entry.file, limits.MAX_TEXT_FILE).decode("utf-8-sig", "replace")
    except PackError:
        written = ""
    source = Source(entry.file, written)
    for text in dict.fromkeys(texts(entry.activity)):
        for sentence in hard_sentences(text):
            said = _("phrase de {n} mots, {limit} au plus pour être facile à lire : « {text} »")
            shown = sentence.text if len(sentence.text) <= 60 else sentence.text[:57] + "…"
            yield Remark("easy", entry.file, source.line_with(sentence.text), said.format(n=sentence.words, limit=EASY_WORDS, text=shown))


def texts(value: Activity | object) -> Iterator[str]:
    """Everything of an activity that a participant reads or hears."""
    if isinstance(value, RichText):
        yield from (block.plain for block in value.blocks)
    elif isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, Media):
        if value.alt:
            yield value.alt
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in UNREAD:
                yield from texts(getattr(value, field.name))


def as_json(report: Report) -> dict[str, object]:
    """The report for a program; keys and the words plays, partly, refused are stable."""
    return {
        "identifier": report.identifier,
        "title": report.title,
        "minutes": report.minutes,
        "counts": report.counts,
        "remarks": [dataclasses.asdict(remark) for remark in report.remarks],
        "activities": [dataclasses.asdict(finding) for finding in report.findings],
    }
