"""Guarantees: each H5P question type becomes one activity with the official defaults where the package says nothing.

Fields and defaults: the `semantics.json` of the official types, in the versions named in `TYPES` of `convert.py`.
"""

from __future__ import annotations

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime.h5p import gaptext
from mediation_apps.runtime.h5p import params as p
from mediation_apps.runtime.h5p.context import Context
from mediation_apps.runtime.h5p.params import Params
from mediation_apps.runtime.model import (
    Blanks,
    Card,
    Choice,
    DragText,
    Flashcards,
    MarkTheWords,
    MemoryGame,
    MultiChoice,
    Pair,
    SingleChoiceSet,
    Statements,
    Summary,
    TrueFalse,
)


def empty(kind: str) -> PackError:
    """The sentence for an activity without the one thing it needs."""
    return PackError(_("Cette activité ({kind}) est vide ou incomplète. Complétez-la puis exportez-la de nouveau.").format(kind=kind))


def multi_choice(context: Context, found: Params, title: str) -> MultiChoice:
    """H5P.MultiChoice: `type` auto is single exactly when one answer is right."""
    behaviour = p.group(found, "behaviour")
    choices: list[Choice] = []
    for answer in p.groups(found, "answers"):
        said = p.group(answer, "tipsAndFeedback")
        body = context.rich(p.text(answer, "text"))
        words = (p.words(said, "tip"), p.words(said, "chosenFeedback"), p.words(said, "notChosenFeedback"))
        choices.append(Choice(body, p.flag(answer, "correct", False), *words))
    if not choices:
        raise empty("MultiChoice")
    kind = p.text(behaviour, "type", "auto")
    return MultiChoice(
        title=title,
        instruction=context.rich(p.text(found, "question")),
        media=context.illustration(found),
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        choices=tuple(choices),
        single=kind == "single" or (kind == "auto" and sum(choice.correct for choice in choices) == 1),
        single_point=p.flag(behaviour, "singlePoint", False),
        pass_percentage=round(p.number(behaviour, "passPercentage", 100, 0, 100)),
        shuffled=p.flag(behaviour, "randomAnswers", True),
        auto_check=p.flag(behaviour, "autoCheck", False),
    )


def true_false(context: Context, found: Params, title: str) -> TrueFalse:
    """H5P.TrueFalse: `correct` is the word "true" or "false"."""
    behaviour = p.group(found, "behaviour")
    labels = p.group(found, "l10n")
    if not p.text(found, "question"):
        raise empty("TrueFalse")
    return TrueFalse(
        title=title,
        instruction=context.rich(p.text(found, "question")),
        media=context.illustration(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        correct=p.flag(found, "correct", True),
        on_correct=p.words(behaviour, "feedbackOnCorrect"),
        on_wrong=p.words(behaviour, "feedbackOnWrong"),
        labels=(p.words(labels, "trueText", "Vrai"), p.words(labels, "falseText", "Faux")),
        auto_check=p.flag(behaviour, "autoCheck", False),
    )


def blanks(context: Context, found: Params, title: str) -> Blanks:
    """H5P.Blanks."""
    behaviour = p.group(found, "behaviour")
    questions = p.strings(found, "questions")
    for question in questions:
        context.rich(question)
    activity = Blanks(
        title=title,
        instruction=context.rich(p.text(found, "text")),
        media=context.illustration(found),
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        lines=gaptext.blanks(questions),
        case_sensitive=p.flag(behaviour, "caseSensitive", True),
        spelling=p.flag(behaviour, "acceptSpellingErrors", False),
        auto_check=p.flag(behaviour, "autoCheck", False),
        all_first=p.flag(behaviour, "showSolutionsRequiresInput", True),
    )
    if not activity.gaps:
        raise empty("Blanks")
    return activity


def drag_text(context: Context, found: Params, title: str) -> DragText:
    """H5P.DragText."""
    behaviour = p.group(found, "behaviour")
    activity = DragText(
        title=title,
        instruction=context.rich(p.text(found, "taskDescription")),
        media=context.illustration(found),
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        lines=gaptext.drag_text(p.text(found, "textField")),
        distractors=gaptext.distractors(p.text(found, "distractors")),
        instant=p.flag(behaviour, "instantFeedback", False),
    )
    if not activity.gaps:
        raise empty("DragText")
    return activity


def mark_the_words(context: Context, found: Params, title: str) -> MarkTheWords:
    """H5P.MarkTheWords; an asterisk left in a word means the author's mark was not understood."""
    behaviour = p.group(found, "behaviour")
    context.rich(p.text(found, "textField"))
    lines = gaptext.mark_the_words(p.text(found, "textField"))
    if not lines:
        raise empty("MarkTheWords")
    lost = next((piece.text for line in lines for piece in line if "*" in piece.text and not piece.answer), None)
    if lost is not None:
        context.note("text", _("« {word} » garde une étoile : une bonne réponse est un seul mot, entre deux étoiles.").format(word=lost))
    return MarkTheWords(
        title=title,
        instruction=context.rich(p.text(found, "taskDescription")),
        media=context.illustration(found),
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        lines=lines,
    )


def summary(context: Context, found: Params, title: str) -> Summary:
    """H5P.Summary: the first statement of each group is right."""
    groups = [
        Statements(tuple(context.rich(option) for option in p.strings(entry, "summary") if option), tip=p.tip(entry))
        for entry in p.groups(found, "summaries")
    ]
    kept = tuple(entry for entry in groups if entry.options)
    if not kept:
        raise empty("Summary")
    return Summary(title=title, instruction=context.rich(p.text(found, "intro")), feedback=p.ranges(found), groups=kept)


def single_choice_set(context: Context, found: Params, title: str) -> SingleChoiceSet:
    """H5P.SingleChoiceSet: the first answer is right; its time limits are not kept (WCAG 2.2.1)."""
    behaviour = p.group(found, "behaviour")
    questions = tuple(
        Statements(tuple(context.rich(answer) for answer in p.strings(entry, "answers")), context.rich(p.text(entry, "question")))
        for entry in p.groups(found, "choices")
        if p.strings(entry, "answers")
    )
    if not questions:
        raise empty("SingleChoiceSet")
    return SingleChoiceSet(
        title=title,
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        solution=p.flag(behaviour, "enableSolutionsButton", True),
        questions=questions,
        pass_percentage=round(p.number(behaviour, "passPercentage", 100, 0, 100)),
    )


def flashcards(context: Context, found: Params, title: str) -> Flashcards:
    """H5P.Flashcards: alternatives with `/`, case does not matter unless said."""
    cards = tuple(
        Card(
            p.words(card, "text"),
            tuple(part.strip() for part in p.words(card, "answer").split("/")),
            context.media(p.group(card, "image"), p.words(card, "imageAltText") or p.words(card, "text")),
            p.tip(card),
        )
        for card in p.groups(found, "cards")
    )
    if not cards:
        raise empty("Flashcards")
    return Flashcards(
        title=title,
        instruction=context.rich(p.text(found, "description")),
        cards=cards,
        case_sensitive=p.flag(found, "caseSensitive", False),
        shuffled=p.flag(found, "randomCards", False),
        all_first=p.flag(found, "showSolutionsRequiresInput", True),
    )


def memory_game(context: Context, found: Params, title: str) -> MemoryGame:
    """H5P.MemoryGame: without `match` the same picture is there twice; `numCardsToUse` counts pairs (at least 2)."""
    pairs: list[Pair] = []
    for card in p.groups(found, "cards"):
        first = context.media(p.group(card, "image"), p.words(card, "imageAlt"))
        second = context.media(p.group(card, "match"), p.words(card, "matchAlt")) if p.group(card, "match") else None
        if p.group(card, "audio") or p.group(card, "matchAudio"):
            context.note("media", _("Le son des cartes n’est pas joué."))
        if first is not None:
            pairs.append(Pair(first, second, p.words(card, "description")))
    wanted = round(p.number(p.group(found, "behaviour"), "numCardsToUse", 0, 0, 500))
    kept = pairs[: max(wanted, 2)] if wanted else pairs
    if not kept:
        raise empty("MemoryGame")
    return MemoryGame(title=title, pairs=tuple(kept), retry=p.flag(p.group(found, "behaviour"), "allowRetry", True))
