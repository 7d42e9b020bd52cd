"""Guarantees: the TOML of activities in which something is made is read as strictly as the others: each fault has its line and remedy."""

from __future__ import annotations

from typing import Any

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime.archive import Files
from mediation_apps.runtime.epub.comfort import CHOICES
from mediation_apps.runtime.epub.read import read_epub
from mediation_apps.runtime.model import Activity, Beat, Choice, Common, Listen, Media, Program, Reading, Sequence, Text
from mediation_apps.runtime.native.source import Table
from mediation_apps.runtime.play.predict import HEADINGS
from mediation_apps.runtime.richtext import from_markdown
from mediation_apps.runtime.sound.pattern import FASTEST, LANES, SLOWEST, VOICES, Pattern, read_steps

COMMON = ("type", "title", "instruction", "retry", "solution", "records", "story")


def common(table: Table, *keys: str, instruction: str = "instruction") -> dict[str, Any]:
    """What every activity carries, from its table; remarks on keys that are none of `keys`."""
    table.know(*COMMON, *keys)
    return {
        "title": table.text("title", ""),
        "instruction": from_markdown(table.text(instruction)),
        "retry": table.flag("retry", True),
        "solution": table.flag("solution", True),
        "records": table.strings("records"),
    }


def with_story(table: Table, activity: Activity) -> Activity:
    """The activity; beside what `story` tells, when there is one."""
    story = table.text("story", "")
    if not story:
        return activity
    assert isinstance(activity, Common)
    return Sequence(title=activity.title, kind="column", children=(Text(body=from_markdown(story)), activity))


def _voices(table: Table, key: str, most: int) -> tuple[str, ...]:
    names = table.strings(key)
    for name in names:
        if name not in VOICES:
            raise table.fail(key, _("le son « {name} » n’existe pas. Sons : {names}.").format(name=name, names=", ".join(VOICES)))
    if len(names) > most:
        raise table.fail(key, _("« {key} » tient {most} sons au plus.").format(key=key, most=most))
    return names


def _pattern(table: Table, key: str, tempo: int) -> Pattern:
    lanes = []
    for entry in table.tables(key, 1, LANES):
        entry.know("voice", "steps")
        voice, steps = entry.text("voice"), read_steps(entry.text("steps", "........"))
        if voice not in VOICES:
            raise entry.fail("voice", _("le son « {name} » n’existe pas. Sons : {names}.").format(name=voice, names=", ".join(VOICES)))
        if steps is None:
            raise entry.fail("steps", _("un rythme s’écrit en huit signes : x joue, un point se tait, comme « x...x... »."))
        lanes.append((voice, steps))
    return Pattern(tuple(lanes), tempo)


def beat(table: Table, files: Files) -> Activity:
    """`[[lanes]]` of `voice` and `steps`, `pads` for the fingers; with `goal = true` the lanes are the rhythm to find again."""
    shared = common(table, "lanes", "pads", "palette", "tempo", "goal")
    tempo = table.number("tempo", 90, SLOWEST, FASTEST)
    pads, palette = _voices(table, "pads", 8), _voices(table, "palette", len(VOICES))
    if "lanes" not in table.values and pads:
        free = Pattern(tuple((voice, 0) for voice in pads[:LANES]), tempo)
        return with_story(table, Beat(**shared, start=free, pads=pads, grid=False))
    pattern = _pattern(table, "lanes", tempo)
    goal = table.flag("goal", False)
    if goal and not pattern.count():
        raise table.fail("lanes", _("le rythme à retrouver est vide : mettez au moins un x."))
    start, model = (pattern.cleared(), pattern) if goal else (pattern, None)
    return with_story(table, Beat(**shared, start=start, pads=pads, palette=palette, goal=model))


def listen(table: Table, files: Files) -> Activity:
    """`voice`, or `[[lanes]]` with a `tempo`, is heard; `[[answers]]` as for a multichoice; `described` tells it in words."""
    shared = common(table, "question", "answers", "voice", "lanes", "tempo", "described", instruction="question")
    choices = []
    for answer in table.tables("answers", 2, 6):
        answer.know("text", "correct", "why")
        choices.append(Choice(from_markdown(answer.text("text")), answer.flag("correct", False), chosen=answer.text("why", "")))
    if sum(choice.correct for choice in choices) != 1:
        raise table.fail("answers", _("une seule réponse est juste : ajoutez correct = true à l’une d’elles."))
    if "lanes" in table.values:
        heard: str | Pattern = _pattern(table, "lanes", table.number("tempo", 90, SLOWEST, FASTEST))
        described = table.text("described")
    else:
        heard = table.text("voice")
        if heard not in VOICES:
            raise table.fail("voice", _("le son « {name} » n’existe pas. Sons : {names}.").format(name=heard, names=", ".join(VOICES)))
        described = table.text("described", VOICES[heard].described)
    return with_story(table, Listen(**shared, choices=tuple(choices), single=True, heard=heard, described=described))


def reading(table: Table, files: Files) -> Activity:
    """`books` are EPUB files of the pack, `controls` the settings of this page; `card = true` shows one's settings."""
    shared = common(table, "books", "controls", "aloud", "own", "card")
    books = []
    for name in table.strings("books", 0 if table.flag("card", False) else 1):
        if name not in files.names():
            raise table.fail("books", _("le fichier « {name} » manque dans le dossier de l’atelier.").format(name=name))
        try:
            books.append(Media(name, read_epub(files.read(name)).title))
        except PackError as e:
            raise table.fail("books", f"{name} : {e}") from e
    controls = table.strings("controls")
    for control in controls:
        if control not in CHOICES:
            raise table.fail(
                "controls", _("le réglage « {name} » n’existe pas. Réglages : {all}.").format(name=control, all=", ".join(CHOICES))
            )
    if not controls and not table.flag("card", False):
        controls = tuple(CHOICES)
    return Reading(**shared, books=tuple(books), controls=controls, aloud=table.flag("aloud", True), own=table.flag("own", False))


def program(table: Table, files: Files) -> Activity:
    """A mat as for `predict`, without a program: that one is laid by the participants, `most` cards long at most."""
    from mediation_apps.runtime.native.activities import _cell  # it imports this module

    shared = common(table, "columns", "rows", "start", "heading", "walls", "goal", "most")
    columns, rows = table.number("columns", None, 2, 12), table.number("rows", None, 2, 12)
    heading = table.text("heading", "nord")
    if heading not in HEADINGS:
        raise table.fail("heading", _("« heading » est l’un de : {names}.").format(names=", ".join(HEADINGS)))
    walls = frozenset(_cell(table, "walls", name, columns, rows) for name in table.strings("walls"))
    start = _cell(table, "start", table.text("start"), columns, rows)
    goal = _cell(table, "goal", table.text("goal"), columns, rows) if "goal" in table.values else None
    if start in walls or goal in walls:
        raise table.fail("walls", _("le robot ne part pas d’un mur et n’y arrive pas : changez « walls »."))
    most = table.number("most", 12, 1, 40)
    mat = Program(**shared, columns=columns, rows=rows, start=start, heading=heading, walls=walls, goal=goal, most=most)
    return with_story(table, mat)


MAKING = {"beat": beat, "listen": listen, "reading": reading, "program": program}
