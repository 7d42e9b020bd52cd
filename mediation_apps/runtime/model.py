"""Guarantees: an activity is a frozen value that says everything needed to play it; nothing here draws, reads a file or keeps time.

Names follow H5P's where a type comes from there. What a person does with an activity is in `play/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mediation_apps.runtime.common import Common as Common
from mediation_apps.runtime.common import FeedbackRange as FeedbackRange
from mediation_apps.runtime.common import Media as Media
from mediation_apps.runtime.making import Beat as Beat
from mediation_apps.runtime.making import Program as Program
from mediation_apps.runtime.making import Reading as Reading
from mediation_apps.runtime.richtext import NOTHING, RichText
from mediation_apps.runtime.sound.pattern import Pattern

# ── to read, look at or listen to ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Common):
    """Words to read (AdvancedText, a Markdown page)."""

    body: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Common):
    """One picture with its alternative text."""

    image: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound(Common):
    """One recording to listen to."""

    audio: Media


@dataclass(frozen=True, slots=True)
class Panel:
    """One part to open: an accordion's panel, a hotspot, a dialog card's back."""

    header: str
    body: RichText
    image: Media | None = None
    audio: Media | None = None
    x: float = 0.0  # percent of the picture's width, from the left
    y: float = 0.0  # percent of the picture's height, from the top
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explore(Common):
    """Parts to open one after the other: `accordion`, `hotspots` on `image`, or `cards` to turn over. Done when all were seen."""

    kind: str
    panels: tuple[Panel, ...]
    image: Media | None = None


# ── to answer ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer offered."""

    text: RichText
    correct: bool
    tip: str = ""
    chosen: str = ""  # said when it was chosen
    not_chosen: str = ""  # said when it was not


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiChoice(Common):
    """One or several right answers. `single`: choosing one lets go of the other; +1/−1 a choice, never below 0."""

    choices: tuple[Choice, ...]
    single: bool
    single_point: bool = False
    pass_percentage: int = 100
    shuffled: bool = True
    auto_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen(MultiChoice):
    """What is it that one hears? `described` tells it to somebody who does not hear it."""

    heard: str | Pattern
    described: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(Common):
    """Is it so? One point."""

    correct: bool
    on_correct: str = ""
    on_wrong: str = ""
    labels: tuple[str, str] = ("Vrai", "Faux")
    auto_check: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in a text: any of `solutions` fills it."""

    solutions: tuple[str, ...]
    tip: str = ""
    on_correct: str = ""
    on_wrong: str = ""


GapLine: TypeAlias = tuple["str | Gap", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks(Common):
    """Holes to fill by typing; one point a hole."""

    lines: tuple[GapLine, ...]
    case_sensitive: bool = True
    spelling: bool = False
    auto_check: bool = False
    all_first: bool = True  # the solution shows only once every hole has something

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The holes in reading order."""
        return tuple(part for line in self.lines for part in line if isinstance(part, Gap))


@dataclass(frozen=True, slots=True)
class Card:
    """One question of a pack of flashcards; no answer means nothing is right but silence."""

    text: str
    answers: tuple[str, ...]
    image: Media | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flashcards(Common):
    """Cards one after the other, each answered by typing; one point a card."""

    cards: tuple[Card, ...]
    case_sensitive: bool = False
    shuffled: bool = False
    all_first: bool = True


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements to choose from; the first is the right one."""

    options: tuple[RichText, ...]
    question: RichText = NOTHING
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Common):
    """Choose until right; a point for each right at the first try."""

    groups: tuple[Statements, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoiceSet(Common):
    """Short questions in a row, one try each."""

    questions: tuple[Statements, ...]
    pass_percentage: int = 100


# ── to move ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Box:
    """Where something lies on a board, in percent of the board from its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Item:
    """Something to move. `zones`: where it may be dropped; `multiple`: a stock that never runs out."""

    label: str
    zones: frozenset[int]
    image: Media | None = None
    multiple: bool = False
    box: Box | None = None
    why: str = ""  # said after the check


@dataclass(frozen=True, slots=True)
class Zone:
    """A place to drop things. `correct`: the items that belong here; `single`: one item at most."""

    label: str
    correct: frozenset[int]
    single: bool = False
    tip: str = ""
    on_correct: str = ""
    on_wrong: str = ""
    box: Box | None = None
    named: bool = True  # whether its label is written on a board with a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Common):
    """Items to put into zones, by one or by several hands at once (DragQuestion, sort-to-zones)."""

    items: tuple[Item, ...]
    zones: tuple[Zone, ...]
    background: Media | None = None
    decor: tuple[tuple[Box, RichText | Media], ...] = ()
    aspect: float = 2.0  # width ÷ height of a board with boxes
    single_point: bool = False
    penalties: bool = True
    shuffled: bool = False
    by_zone: bool = False  # a point a zone well filled, instead of a point an item well placed (DragText)
    instant: bool = False  # say at once whether an item belongs where it was dropped

    @property
    def drawn(self) -> bool:
        """Whether its zones have a place on a picture."""
        return (self.background is not None or bool(self.decor)) and all(zone.box is not None for zone in self.zones)


@dataclass(frozen=True, slots=True, kw_only=True)
class DragText(Common):
    """Words to put back into a text; equal words are interchangeable, one point a hole."""

    lines: tuple[GapLine, ...]
    distractors: tuple[str, ...] = ()
    instant: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The holes in reading order."""
        return tuple(part for line in self.lines for part in line if isinstance(part, Gap))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Common):
    """Things to put in order; given in the right order. One point for each thing at its place."""

    items: tuple[Item, ...]
    first: str = ""  # what the top means: "Le plus fiable"
    last: str = ""


# ── to mark, to turn over, to foresee ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that can be marked, or (`fixed`) cannot; `before` and `after` stick to it."""

    text: str
    answer: bool = False
    fixed: bool = False
    before: str = ""
    after: str = ""
    why: str = ""  # said after the check
    image: Media | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTheWords(Common):
    """Words to find in a text; a wrong word takes a point back, never below 0."""

    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectMessage(Common):
    """A message (mail, text message, post) in which to find the suspicious clues. Sound parts may be touched without penalty."""

    kind: str  # "sms", "mail", "post"
    sender: Piece
    subject: Piece | None
    lines: tuple[tuple[Piece, ...], ...]
    verdict: str = ""  # what to do now

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every part in reading order."""
        head = (self.sender,) if self.subject is None else (self.sender, self.subject)
        return head + tuple(piece for line in self.lines for piece in line)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cards that go together; `second` is None when the same picture is there twice."""

    first: Media | str
    second: Media | str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryGame(Common):
    """Cards to turn over two by two."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict(Common):
    """A program on a mat: say where the robot will stop, then run it. Cells count from the bottom left, (column, row)."""

    columns: int
    rows: int
    start: tuple[int, int]
    heading: str  # "nord", "est", "sud", "ouest"
    program: tuple[str, ...]  # "avance", "recule", "gauche", "droite"
    walls: frozenset[tuple[int, int]] = frozenset()
    goal: tuple[int, int] | None = None


# ── holding others ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Common):
    """Activities in a row: a column, a slide, a chapter, a whole book. `kind` keeps the H5P name for the author."""

    kind: str
    children: tuple[Activity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet(Common):
    """Questions passed together: the sum of their points against `pass_percentage`."""

    questions: tuple[Activity, ...]
    intro: RichText = NOTHING
    pass_percentage: int = 50
    pool: int = 0  # play this many of them; 0 = all
    shuffled: bool = False
    passed_text: str = ""
    failed_text: str = ""
    closed: bool = False  # no way back to an earlier question


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(Common):
    """Something that cannot be played here; `reason` is told to the author, the participants only go on."""

    kind: str
    reason: str


Info: TypeAlias = Text | Picture | Sound
Task: TypeAlias = (
    Explore
    | MultiChoice
    | TrueFalse
    | Blanks
    | Flashcards
    | Summary
    | SingleChoiceSet
    | Board
    | DragText
    | Rank
    | MarkTheWords
    | InspectMessage
    | MemoryGame
    | Predict
    | Beat
    | Reading
    | Program
)
Activity: TypeAlias = Info | Task | Sequence | QuestionSet | Skipped
