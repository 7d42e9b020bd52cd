"""Guarantees: a TOML activity becomes the same models as an H5P one; defaults are the kind ones (case and one slip forgiven).

The format, type by type, is docs/workshop-packs.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files
from mediation_apps.runtime.h5p import gaptext
from mediation_apps.runtime.model import (
    Activity,
    Blanks,
    Board,
    Card,
    Choice,
    DragText,
    Explore,
    Flashcards,
    InspectMessage,
    Item,
    MarkTheWords,
    Media,
    MemoryGame,
    MultiChoice,
    Pair,
    Panel,
    Picture,
    Piece,
    Predict,
    QuestionSet,
    Rank,
    SingleChoiceSet,
    Skipped,
    Sound,
    Statements,
    Summary,
    TrueFalse,
    Zone,
)
from mediation_apps.runtime.native.making import MAKING
from mediation_apps.runtime.native.source import Table
from mediation_apps.runtime.pictures import measure
from mediation_apps.runtime.play.predict import COMMANDS, HEADINGS
from mediation_apps.runtime.richtext import from_markdown

Reader: TypeAlias = Callable[[Table, Files], Activity]
COMMON = ("type", "title", "instruction", "picture", "alt", "retry", "solution", "records")


def read(table: Table, files: Files) -> Activity:
    """The activity of a table; `ActivityError` names its line."""
    if "type" not in table.values:
        raise table.fail("type", _("il manque « type » en tête. Types : {types}.").format(types=", ".join(TYPES)))
    kind = table.text("type")
    reader = TYPES.get(kind)
    if reader is None:
        raise table.fail("type", _("le type « {kind} » n’existe pas. Types : {types}.").format(kind=kind, types=", ".join(TYPES)))
    return reader(table, files)


def _common(table: Table, files: Files, *keys: str, instruction: str = "instruction") -> dict[str, Any]:
    table.know(*COMMON, *keys)
    return {
        "title": table.text("title", ""),
        "instruction": from_markdown(table.text(instruction)),
        "media": _picture(table, files, "picture", "alt") if "picture" in table.values else None,
        "retry": table.flag("retry", True),
        "solution": table.flag("solution", True),
        "records": table.strings("records"),
    }


def _file(table: Table, files: Files, key: str, kinds: Iterable[str]) -> str:
    name = table.text(key)
    if name not in files.names():
        raise table.fail(key, _("le fichier « {name} » manque dans le dossier de l’atelier.").format(name=name))
    if PurePosixPath(name).suffix.lstrip(".").lower() not in kinds:
        raise table.fail(key, _("« {name} » n’est pas d’une sorte acceptée ici.").format(name=name))
    return name


def _picture(table: Table, files: Files, key: str, alt: str) -> Media:
    name = _file(table, files, key, limits.PICTURES)
    try:
        measure(files.read(name), name)
    except PackError as e:
        raise table.fail(key, str(e)) from e
    if not str(table.values.get(alt, "")).strip():
        said = _('décrivez l’image avec {alt} = "…" : ces mots sont lus à qui ne la voit pas.')
        raise table.fail(alt if alt in table.values else key, said.format(alt=alt))
    return Media(name, table.text(alt))


def optional_picture(table: Table, files: Files, key: str, alt: str) -> Media | None:
    """A picture of the pack with its words, where the table has one."""
    return _picture(table, files, key, alt) if key in table.values else None


def multichoice(table: Table, files: Files) -> Activity:
    """Answers with `correct = true` where right."""
    common = _common(table, files, "question", "answers", "shuffled", instruction="question")
    choices = []
    for answer in table.tables("answers", 2, 12):
        answer.know("text", "correct", "why", "tip")
        why = answer.text("why", "")
        choices.append(Choice(from_markdown(answer.text("text")), answer.flag("correct", False), answer.text("tip", ""), why))
    right = sum(choice.correct for choice in choices)
    if right == 0:
        raise table.fail("answers", _("aucune réponse n’est juste : cochez « C’est juste » (correct = true) pour l’une d’elles."))
    return MultiChoice(**common, choices=tuple(choices), single=right == 1, shuffled=table.flag("shuffled", True))


def truefalse(table: Table, files: Files) -> Activity:
    """`correct = true` when the sentence is true; `labels` may say other words than Vrai and Faux."""
    common = _common(table, files, "question", "correct", "why", "labels", instruction="question")
    labels = table.strings("labels") or ("Vrai", "Faux")
    if len(labels) != 2:
        raise table.fail("labels", _('« labels » est une liste de deux textes, comme ["Info", "Intox"].'))
    why = table.text("why", "")
    correct = table.flag("correct")
    return TrueFalse(**common, correct=correct, on_correct=why, on_wrong=why, labels=(labels[0], labels[1]))


def blanks(table: Table, files: Files) -> Activity:
    """`text` with `*answer/other:tip*`."""
    common = _common(table, files, "text", "case_sensitive", "spelling")
    lines = gaptext.blanks([line for line in table.text("text").splitlines() if line.strip()])
    case_sensitive, spelling = table.flag("case_sensitive", False), table.flag("spelling", True)
    activity = Blanks(**common, lines=lines, case_sensitive=case_sensitive, spelling=spelling)
    if not activity.gaps:
        raise table.fail("text", _("aucun trou : entourez d’étoiles le mot à trouver, comme *mot*."))
    return activity


def dragtext(table: Table, files: Files) -> Activity:
    """`text` with `*word:tip*`; `distractors` fit nowhere."""
    common = _common(table, files, "text", "distractors", "instant")
    activity = DragText(
        **common,
        lines=gaptext.drag_text(table.text("text")),
        distractors=tuple(word.strip("* ") for word in table.strings("distractors")),
        instant=table.flag("instant", False),
    )
    if not activity.gaps:
        raise table.fail("text", _("aucun trou : entourez d’étoiles le mot à placer, comme *mot*."))
    return activity


def markwords(table: Table, files: Files) -> Activity:
    """`text` with `*word*`."""
    common = _common(table, files, "text")
    lines = tuple(line for part in table.text("text").splitlines() for line in gaptext.mark_the_words(part))
    if not any(piece.answer for line in lines for piece in line):
        raise table.fail("text", _("aucun mot à trouver : entourez-le d’étoiles, comme *mot*."))
    return MarkTheWords(**common, lines=lines)


def sort(table: Table, files: Files) -> Activity:
    """`zones` by name, `[[items]]` with the zone they belong to; no zone: a decoy."""
    common = _common(table, files, "zones", "items", "shuffled")
    names = table.strings("zones", 2)
    everywhere = frozenset(range(len(names)))
    items: list[Item] = []
    homes: list[int | None] = []
    for entry in table.tables("items", 2, 40):
        entry.know("text", "zone", "why", "picture", "alt")
        home = entry.text("zone", "")
        if home and home not in names:
            raise entry.fail("zone", _("la zone « {zone} » n’existe pas. Zones : {zones}.").format(zone=home, zones=", ".join(names)))
        picture = optional_picture(entry, files, "picture", "alt")
        items.append(Item(entry.text("text"), everywhere, picture, why=entry.text("why", "")))
        homes.append(names.index(home) if home else None)
    zones = tuple(Zone(name, frozenset(index for index, home in enumerate(homes) if home == rank)) for rank, name in enumerate(names))
    return Board(**common, items=tuple(items), zones=zones, penalties=False, shuffled=table.flag("shuffled", True))


def inspect(table: Table, files: Files) -> Activity:
    """A message in `[[parts]]`; `suspicious = true` marks a clue, `why` says what gives it away."""
    common = _common(table, files, "kind", "sender", "subject", "parts", "verdict")
    kind = table.text("kind", "mail")
    if kind not in ("sms", "mail", "post"):
        raise table.fail("kind", _("« kind » est « sms », « mail » ou « post »."))
    heads = {
        key: _piece(Table(table.source, value, (key, "")), files)
        for key in ("sender", "subject")
        if isinstance(value := table.values.get(key), dict)
    }
    if "sender" not in heads:
        raise table.fail("sender", _('il manque l’expéditeur : sender = { text = "…" }.'))
    lines = tuple((_piece(part, files),) for part in table.tables("parts", 1, 20))
    activity = InspectMessage(
        **common, kind=kind, sender=heads["sender"], subject=heads.get("subject"), lines=lines, verdict=table.text("verdict", "")
    )
    if not any(piece.answer for piece in activity.pieces):
        table.source.remark("text", 1, _("ce message ne contient aucun indice suspect : c’est voulu ?"))
    return activity


def _piece(table: Table, files: Files) -> Piece:
    table.know("text", "suspicious", "why", "picture", "alt")
    clue = table.flag("suspicious", False)
    if clue and not table.text("why", ""):
        raise table.fail("why", _("dites pourquoi cette partie est suspecte, avec « why »."))
    return Piece(table.text("text"), clue, why=table.text("why", ""), image=optional_picture(table, files, "picture", "alt"))


def rank(table: Table, files: Files) -> Activity:
    """`[[items]]` in the right order, from `first` to `last`."""
    common = _common(table, files, "items", "first", "last")
    items = []
    for entry in table.tables("items", 2, 12):
        entry.know("text", "why", "picture", "alt")
        picture = optional_picture(entry, files, "picture", "alt")
        items.append(Item(entry.text("text"), frozenset(), picture, why=entry.text("why", "")))
    return Rank(**common, items=tuple(items), first=table.text("first", ""), last=table.text("last", ""))


def predict(table: Table, files: Files) -> Activity:
    """A mat of `columns` × `rows`, cells named from A1 at the bottom left, and a `program` of commands."""
    common = _common(table, files, "columns", "rows", "start", "heading", "program", "walls", "goal")
    columns, rows = table.number("columns", None, 2, 12), table.number("rows", None, 2, 12)
    heading = table.text("heading", "nord")
    if heading not in HEADINGS:
        raise table.fail("heading", _("« heading » est l’un de : {names}.").format(names=", ".join(HEADINGS)))
    program = table.strings("program", 1)
    unknown = next((command for command in program if command not in COMMANDS), None)
    if unknown is not None or len(program) > 60:
        sentence = _("« {command} » n’est pas une carte. Cartes : {names}, 60 au plus.")
        raise table.fail("program", sentence.format(command=unknown or "…", names=", ".join(COMMANDS)))
    walls = frozenset(_cell(table, "walls", name, columns, rows) for name in table.strings("walls"))
    start = _cell(table, "start", table.text("start"), columns, rows)
    if start in walls:
        raise table.fail("start", _("le robot part d’un mur : changez « start » ou « walls »."))
    goal = _cell(table, "goal", table.text("goal"), columns, rows) if "goal" in table.values else None
    return Predict(**common, columns=columns, rows=rows, start=start, heading=heading, program=program, walls=walls, goal=goal)


def _cell(table: Table, key: str, name: str, columns: int, rows: int) -> tuple[int, int]:
    letter, digits = name[:1].upper(), name[1:]
    column = ord(letter) - 65 if letter else -1
    row = int(digits) - 1 if digits.isdecimal() and len(digits) < 3 else -1
    if not (0 <= column < columns and 0 <= row < rows):
        raise table.fail(key, _("la case « {name} » n’est pas sur le tapis. Une case s’écrit A1, B3…").format(name=name))
    return column, row


def summary(table: Table, files: Files) -> Activity:
    """`[[groups]]` of `statements`; the first is right."""
    common = _common(table, files, "groups")
    groups = []
    for entry in table.tables("groups", 1, 20):
        entry.know("statements", "tip")
        groups.append(Statements(tuple(from_markdown(text) for text in entry.strings("statements", 2)), tip=entry.text("tip", "")))
    return Summary(**common, groups=tuple(groups))


def quiz(table: Table, files: Files) -> Activity:
    """`[[questions]]` with `answers`; the first is right."""
    common = _common(table, files, "questions", "pass_percentage")
    asked = []
    for entry in table.tables("questions", 1, 40):
        entry.know("question", "answers", "tip")
        options = tuple(from_markdown(text) for text in entry.strings("answers", 2))
        asked.append(Statements(options, from_markdown(entry.text("question")), entry.text("tip", "")))
    return SingleChoiceSet(**common, questions=tuple(asked), pass_percentage=table.number("pass_percentage", 50, 0, 100))


def flashcards(table: Table, files: Files) -> Activity:
    """`[[cards]]` with `text`, `answers` and perhaps a `picture`."""
    common = _common(table, files, "cards", "case_sensitive", "shuffled")
    cards = []
    for entry in table.tables("cards"):
        entry.know("text", "answers", "tip", "picture", "alt")
        picture = optional_picture(entry, files, "picture", "alt")
        cards.append(Card(entry.text("text"), entry.strings("answers", 1), picture, entry.text("tip", "")))
    case_sensitive, shuffled = table.flag("case_sensitive", False), table.flag("shuffled", False)
    return Flashcards(**common, cards=tuple(cards), case_sensitive=case_sensitive, shuffled=shuffled)


def explore(table: Table, files: Files) -> Activity:
    """`[[panels]]` to open: `cards` to turn over, an `accordion`, or `hotspots` on `image`."""
    common = _common(table, files, "kind", "panels", "image", "image_alt")
    kind = table.text("kind", "cards")
    if kind not in ("cards", "accordion", "hotspots"):
        raise table.fail("kind", _("« kind » est « cards », « accordion » ou « hotspots »."))
    panels = []
    for entry in table.tables("panels"):
        entry.know("title", "text", "picture", "alt", "x", "y")
        x, y = entry.number("x", 50, 0, 100), entry.number("y", 50, 0, 100)
        picture = optional_picture(entry, files, "picture", "alt")
        panels.append(Panel(entry.text("title"), from_markdown(entry.text("text")), picture, x=x, y=y))
    image = _picture(table, files, "image", "image_alt") if kind == "hotspots" else None
    return Explore(**common, kind=kind, panels=tuple(panels), image=image)


def memory(table: Table, files: Files) -> Activity:
    """`[[pairs]]` of words, or of a picture and a word."""
    common = _common(table, files, "pairs")
    pairs = []
    for entry in table.tables("pairs", 2, 12):
        entry.know("first", "second", "picture", "alt", "description")
        first = _picture(entry, files, "picture", "alt") if "picture" in entry.values else entry.text("first")
        pairs.append(Pair(first, entry.text("second"), entry.text("description", "")))
    return MemoryGame(**common, pairs=tuple(pairs))


def picture(table: Table, files: Files) -> Activity:
    """One `picture` with its `alt`."""
    common = _common(table, files)
    return Picture(**(common | {"media": None}), image=_picture(table, files, "picture", "alt"))


def sound(table: Table, files: Files) -> Activity:
    """One recording, `audio`."""
    common = _common(table, files, "audio")
    return Sound(**common, audio=Media(_file(table, files, "audio", limits.SOUNDS), table.text("title", "")))


def questionset(table: Table, files: Files) -> Activity:
    """`[[questions]]`, each an activity with its own `type`, passed together."""
    table.know("type", "title", "instruction", "questions", "pass_percentage", "pool", "shuffled", "records")
    asked = tuple(read(entry, files) for entry in table.tables("questions"))
    if any(isinstance(question, QuestionSet | Skipped) for question in asked):
        raise table.fail("questions", _("une série de questions ne contient pas d’autre série."))
    return QuestionSet(
        title=table.text("title", ""),
        intro=from_markdown(table.text("instruction", "")),
        questions=asked,
        pass_percentage=table.number("pass_percentage", 50, 0, 100),
        pool=table.number("pool", 0, 0, len(asked)),
        shuffled=table.flag("shuffled", False),
        records=table.strings("records"),
    )


TYPES: dict[str, Reader] = {
    "multichoice": multichoice,
    "truefalse": truefalse,
    "blanks": blanks,
    "dragtext": dragtext,
    "markwords": markwords,
    "sort": sort,
    "inspect": inspect,
    "rank": rank,
    "predict": predict,
    "summary": summary,
    "quiz": quiz,
    "flashcards": flashcards,
    "explore": explore,
    "memory": memory,
    "picture": picture,
    "sound": sound,
    "questionset": questionset,
    **MAKING,
}
