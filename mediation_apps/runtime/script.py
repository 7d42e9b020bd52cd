"""Guarantees: a facilitator's script is timed steps that add up; where they do not, the author is told the line.

`deroule.md` is the habit of mediators: a `##` heading a step, with its minutes, what to say and do below, and `→ activity` lines
for what the tablets show. `## 0–5 min · Accueil` and `## 5 min · Accueil` are both read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mediation_apps.i18n import _
from mediation_apps.runtime.native.source import Remark
from mediation_apps.runtime.richtext import RichText, from_markdown

_STEP = re.compile(r"^##\s+(?:(\d{1,3})\s*(?:min)?\s*[–—-]\s*)?(\d{1,3})\s*min\w*\.?\s*[·:—–-]?\s*(.*)$")
_SHOWS = re.compile(r"^\s*(?:→|->)\s*`?([^`\s]+)`?\s*$")


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step of a session."""

    start: int  # minutes since the session began
    minutes: int
    title: str
    body: RichText
    shows: tuple[str, ...]  # activities, by file name without extension
    line: int


@dataclass(frozen=True, slots=True)
class Script:
    """A whole session."""

    intro: RichText
    steps: tuple[ScriptStep, ...]

    @property
    def minutes(self) -> int:
        """How long the steps last together."""
        return sum(step.minutes for step in self.steps)


def read_script(text: str) -> Script:
    """The steps of a `deroule.md`."""
    intro: list[str] = []
    steps: list[tuple[int, int, str, int, list[str]]] = []
    clock = 0
    for number, line in enumerate(text.splitlines(), 1):
        found = _STEP.match(line)
        if found is None:
            (steps[-1][4] if steps else intro).append(line)
            continue
        start = int(found[1]) if found[1] is not None else clock
        minutes = max(0, int(found[2]) - start) if found[1] is not None else int(found[2])
        clock = start + minutes
        steps.append((start, minutes, found[3].strip(), number, []))
    return Script(from_markdown("\n".join(intro)), tuple(_step(*step) for step in steps))


def _step(start: int, minutes: int, title: str, number: int, lines: list[str]) -> ScriptStep:
    shows = tuple(found[1] for line in lines if (found := _SHOWS.match(line)))
    body = from_markdown("\n".join(line for line in lines if not _SHOWS.match(line)))
    return ScriptStep(start, minutes, title, body, shows, number)


def check_script(script: Script, file: str, minutes: int, activities: frozenset[str]) -> tuple[Remark, ...]:
    """What an author should know: no steps, holes or overlaps in time, another length than announced, activities that do not exist."""
    if not script.steps:
        return (Remark("script", file, 1, _("aucune étape : une étape commence par « ## 5 min · Accueil ».")),)
    found: list[Remark] = []
    clock = 0
    for step in script.steps:
        if step.start != clock:
            said = _("l’étape commence à {start} min, la précédente finit à {clock} min.").format(start=step.start, clock=clock)
            found.append(Remark("script", file, step.line, said))
        clock = step.start + step.minutes
        for name in step.shows:
            if name not in activities:
                found.append(Remark("script", file, step.line, _("l’activité « {name} » n’existe pas.").format(name=name)))
    if script.minutes != minutes:
        said = _("le déroulé dure {script} min, manifest.toml annonce {minutes} min.").format(script=script.minutes, minutes=minutes)
        found.append(Remark("script", file, script.steps[-1].line, said))
    return tuple(found)
