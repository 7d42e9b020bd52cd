"""Guarantees: every H5P sub-content becomes an activity; what cannot be played becomes `Skipped` and a note, never an exception.

The types and versions read here are the keys of `TYPES`; holders of other activities are in this module, the others beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.h5p import boards, questions
from mediation_apps.runtime.h5p import params as p
from mediation_apps.runtime.h5p.context import Context
from mediation_apps.runtime.h5p.params import Params
from mediation_apps.runtime.model import Activity, Picture, QuestionSet, Sequence, Skipped, Sound, Text

Reader: TypeAlias = Callable[[Context, Params, str], Activity]
MAX_NESTING = 24  # places deep; a book's question is about 6
NEEDS_INTERNET = frozenset({"H5P.Link", "H5P.IFrameEmbed", "H5P.TwitterUserFeed", "H5P.Chart", "H5P.Timeline"})


def sub_content(context: Context, sub: Params, place: str) -> Activity:
    """One `{library, params, metadata}`; its title is shown unless it is the editor's own default."""
    library = p.text(sub, "library").strip()
    name = library.partition(" ")[0]
    title = p.words(p.group(sub, "metadata"), "title")
    with context.at(f"{place} ({name})" if name else place):
        return convert(context, name, p.group(sub, "params"), "" if title.lower().startswith(("untitled", "sans titre")) else title)


def convert(context: Context, name: str, found: Params, title: str) -> Activity:
    """One activity of the type `name` (`H5P.MultiChoice`)."""
    if context.depth > MAX_NESTING:
        return _skip(context, name, _("Activités emboîtées trop profondément."), "unsupported")
    reader = TYPES.get(name)
    if reader is None:
        if name in NEEDS_INTERNET:
            return _skip(context, name, _("{kind} a besoin d’internet : passé pendant la séance.").format(kind=name), "internet")
        return _skip(context, name, _("{kind} n’est pas joué : passé pendant la séance.").format(kind=name or "?"), "unsupported")
    try:
        return reader(context, found, title)
    except PackError as e:
        return _skip(context, name, str(e), "text")


def _skip(context: Context, name: str, reason: str, kind: str) -> Skipped:
    context.note(kind, reason)
    return Skipped(kind=name, reason=reason)


def text(context: Context, found: Params, title: str) -> Activity:
    """H5P.AdvancedText and H5P.Text: an empty one is no activity."""
    return Text(title=title, body=context.rich(p.text(found, "text")))


def image(context: Context, found: Params, title: str) -> Activity:
    """H5P.Image."""
    shown = context.media(p.group(found, "file"), p.words(found, "alt"))
    if shown is None:
        return Skipped(kind="H5P.Image", reason=_("Image absente."))
    return Picture(title=title, image=shown)


def audio(context: Context, found: Params, title: str) -> Activity:
    """H5P.Audio: the first file the tablet can play."""
    for entry in p.groups(found, "files"):
        shown = context.media(entry, title, limits.SOUNDS)
        if shown is not None:
            return Sound(title=title, audio=shown)
    return Skipped(kind="H5P.Audio", reason=_("Son absent."))


def video(context: Context, found: Params, title: str) -> Activity:
    """H5P.Video is not played; whether it stood on the internet is what the author wants to know."""
    paths = [p.text(entry, "path") for entry in p.groups(found, "sources")]
    online = next((path for path in paths if path.lower().startswith(("http://", "https://", "//"))), None)
    if online is not None:
        reason = _("La vidéo « {link} » a besoin d’internet : passée pendant la séance.").format(link=online[:120])
        return _skip(context, "H5P.Video", reason, "internet")
    return _skip(context, "H5P.Video", _("Les vidéos ne sont pas jouées : passée pendant la séance."), "unsupported")


def column(context: Context, found: Params, title: str) -> Activity:
    """H5P.Column, Row and RowColumn: their parts in reading order."""
    entries = p.groups(found, "content") or p.groups(found, "columns")
    children = [sub_content(context, p.group(entry, "content") or entry, _("partie {n}").format(n=n)) for n, entry in enumerate(entries, 1)]
    return Sequence(title=title, kind="column", children=tuple(children))


def interactive_book(context: Context, found: Params, title: str) -> Activity:
    """H5P.InteractiveBook: a cover text, then the chapters."""
    cover = context.rich(p.text(p.group(found, "bookCover"), "coverDescription"))
    children: list[Activity] = [Text(title=title, body=cover)] if cover else []
    children += [sub_content(context, chapter, _("chapitre {n}").format(n=n)) for n, chapter in enumerate(p.groups(found, "chapters"), 1)]
    if not children:
        raise questions.empty("InteractiveBook")
    return Sequence(title=title, kind="book", children=tuple(children))


def course_presentation(context: Context, found: Params, title: str) -> Activity:
    """H5P.CoursePresentation: the elements of each slide from top to bottom, left to right."""
    slides: list[Activity] = []
    for n, slide in enumerate(p.groups(p.group(found, "presentation"), "slides"), 1):
        with context.at(_("diapositive {n}").format(n=n)):
            elements = sorted(p.groups(slide, "elements"), key=lambda e: (round(p.number(e, "y", 0) / 10), p.number(e, "x", 0)))
            children = [_slide_element(context, element, rank) for rank, element in enumerate(elements, 1)]
        slides.append(Sequence(kind="slide", children=tuple(child for child in children if child is not None)))
    if not slides:
        raise questions.empty("CoursePresentation")
    return Sequence(title=title, kind="presentation", children=tuple(slides))


def _slide_element(context: Context, element: Params, rank: int) -> Activity | None:
    action = p.group(element, "action")
    if not action:
        context.note("text", _("Un bouton de navigation entre diapositives n’est pas montré."))
        return None
    if p.text(action, "library").startswith("H5P.Shape "):
        return None  # lines and rectangles: decoration
    return sub_content(context, action, _("élément {n}").format(n=rank))


def question_set(context: Context, found: Params, title: str) -> Activity:
    """H5P.QuestionSet: passes at `passPercentage` of the sum; `poolSize` questions are drawn."""
    intro, end = p.group(found, "introPage"), p.group(found, "endGame")
    old = p.group(end, "oldFeedback")
    asked = [sub_content(context, sub, _("question {n}").format(n=n)) for n, sub in enumerate(p.groups(found, "questions"), 1)]
    if not asked:
        raise questions.empty("QuestionSet")
    return QuestionSet(
        title=title or p.words(intro, "title"),
        feedback=p.ranges(end) or p.ranges(p.group(end, "overallFeedback")),
        retry=p.flag(end, "showRetryButton", True),
        solution=p.flag(end, "showSolutionButton", True),
        questions=tuple(asked),
        intro=context.rich(p.text(intro, "introduction")) if p.flag(intro, "showIntroPage", False) else context.rich(""),
        pass_percentage=round(p.number(found, "passPercentage", 50, 0, 100)),
        pool=round(p.number(found, "poolSize", 0, 0, len(asked))),
        shuffled=p.flag(found, "randomQuestions", False),
        passed_text=p.words(old, "successGreeting"),
        failed_text=p.words(old, "failGreeting"),
        closed=p.flag(found, "disableBackwardsNavigation", False),
    )


TYPES: dict[str, Reader] = {
    "H5P.MultiChoice": questions.multi_choice,  # 1.16
    "H5P.TrueFalse": questions.true_false,  # 1.8
    "H5P.Blanks": questions.blanks,  # 1.14
    "H5P.DragText": questions.drag_text,  # 1.10
    "H5P.MarkTheWords": questions.mark_the_words,  # 1.11
    "H5P.DragQuestion": boards.drag_question,  # 1.15
    "H5P.Summary": questions.summary,  # 1.10
    "H5P.SingleChoiceSet": questions.single_choice_set,  # 1.11
    "H5P.Flashcards": questions.flashcards,  # 1.7
    "H5P.Dialogcards": boards.dialog_cards,  # 1.9
    "H5P.MemoryGame": questions.memory_game,  # 1.3
    "H5P.ImageHotspots": boards.image_hotspots,  # 1.11
    "H5P.Accordion": boards.accordion,  # 1.0
    "H5P.Image": image,  # 1.1
    "H5P.Audio": audio,  # 1.5
    "H5P.Video": video,  # 1.6: told, not played
    "H5P.AdvancedText": text,  # 1.1
    "H5P.Text": text,  # 1.1
    "H5P.Column": column,  # 1.18
    "H5P.Row": column,  # 1.0
    "H5P.RowColumn": column,  # 1.0
    "H5P.QuestionSet": question_set,  # 1.21
    "H5P.CoursePresentation": course_presentation,  # 1.27
    "H5P.InteractiveBook": interactive_book,  # 1.8
}
