"""Guarantees: a DragQuestion becomes a board whose boxes are in percent, and pictures with parts to open keep their places."""

from __future__ import annotations

from dataclasses import replace

from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.h5p import params as p
from mediation_apps.runtime.h5p.context import Context
from mediation_apps.runtime.h5p.params import Params
from mediation_apps.runtime.h5p.questions import empty
from mediation_apps.runtime.model import Board, Box, Explore, Item, Media, Panel, Zone
from mediation_apps.runtime.richtext import RichText

EM = 16.0  # pixels of the em in which H5P gives widths, for a board of `settings.size`


def drag_question(context: Context, found: Params, title: str) -> Board:
    """H5P.DragQuestion: x, y in percent, width, height in em of a board of `settings.size` pixels."""
    behaviour = p.group(found, "behaviour")
    question = p.group(found, "question")
    settings, task = p.group(question, "settings"), p.group(question, "task")
    size = p.group(settings, "size")
    width, height = p.number(size, "width", 620, 50, 20_000), p.number(size, "height", 310, 50, 20_000)
    kept: dict[int, Item] = {}
    decor: list[tuple[Box, RichText | Media]] = []
    for index, element in enumerate(p.groups(task, "elements")):
        with context.at(_("élément {n}").format(n=index + 1)):
            content = _element(context, p.group(element, "type"))
            allowed = p.indexes(element, "dropZones")
            box = _box(element, width, height)
            if content is not None and allowed:
                label = content.alt if isinstance(content, Media) else " ".join(content.plain.split())
                image = content if isinstance(content, Media) else None
                kept[index] = Item(label or _("Image {n}").format(n=index + 1), allowed, image, p.flag(element, "multiple", False), box)
            elif content is not None:
                decor.append((box, content))
    renumbered = {index: rank for rank, index in enumerate(kept)}
    zones = tuple(_zone(entry, rank, renumbered, width, height) for rank, entry in enumerate(p.groups(task, "dropZones")))
    if not kept or not zones:
        raise empty("DragQuestion")
    background = context.media(p.group(settings, "background"))
    return Board(
        title=title or p.words(settings, "questionTitle"),
        feedback=p.ranges(found),
        retry=p.flag(behaviour, "enableRetry", True),
        items=tuple(replace(item, zones=frozenset(z for z in item.zones if z < len(zones))) for item in kept.values()),
        zones=zones,
        background=background,
        decor=tuple(decor),
        aspect=width / height,
        single_point=p.flag(behaviour, "singlePoint", False),
        penalties=p.flag(behaviour, "applyPenalties", True),
    )


def _element(context: Context, sub: Params) -> RichText | Media | None:
    library, inner = p.text(sub, "library").partition(" ")[0], p.group(sub, "params")
    if library == "H5P.Image":
        return context.media(p.group(inner, "file"), p.words(inner, "alt"))
    if library in ("H5P.AdvancedText", "H5P.Text"):
        return context.rich(p.text(inner, "text"))
    context.note("unsupported", _("Un élément de type {kind} n’est pas montré.").format(kind=library or "?"))
    return None


def _box(entry: Params, width: float, height: float) -> Box:
    wide = p.number(entry, "width", 5, 0.1, 2_000) * EM / width * 100
    high = p.number(entry, "height", 2.5, 0.1, 2_000) * EM / height * 100
    return Box(p.number(entry, "x", 0, -50, 150), p.number(entry, "y", 0, -50, 150), wide, high)


def _zone(entry: Params, rank: int, renumbered: dict[int, int], width: float, height: float) -> Zone:
    said = p.group(entry, "tipsAndFeedback")
    return Zone(
        p.words(entry, "label") or _("Zone {n}").format(n=rank + 1),
        frozenset(renumbered[index] for index in p.indexes(entry, "correctElements") if index in renumbered),
        p.flag(entry, "single", False),
        p.words(said, "tip") or p.tip(entry),
        p.words(said, "feedbackOnCorrect"),
        p.words(said, "feedbackOnIncorrect"),
        _box(entry, width, height),
        p.flag(entry, "showLabel", False),
    )


def image_hotspots(context: Context, found: Params, title: str) -> Explore:
    """H5P.ImageHotspots: x, y in percent of the picture; each spot opens texts and pictures."""
    panels: list[Panel] = []
    for index, spot in enumerate(p.groups(found, "hotspots")):
        position = p.group(spot, "position")
        header = p.words(spot, "header") or _("Point {n}").format(n=index + 1)
        with context.at(header):
            body, image, audio = _parts(context, p.groups(spot, "content"))
        x, y = p.number(position, "x", 50, 0, 100), p.number(position, "y", 50, 0, 100)
        panels.append(Panel(header, body, image, audio, x, y))
    image = context.media(p.group(found, "image"), p.words(found, "backgroundImageAltText"))
    if not panels:
        raise empty("ImageHotspots")
    return Explore(title=title, kind="hotspots", panels=tuple(panels), image=image)


def _parts(context: Context, subs: list[Params]) -> tuple[RichText, Media | None, Media | None]:
    blocks, image, audio = RichText(), None, None
    for entry in subs:
        sub = p.group(entry, "action") or entry
        library, inner = p.text(sub, "library").partition(" ")[0], p.group(sub, "params")
        if library in ("H5P.AdvancedText", "H5P.Text"):
            blocks = RichText(blocks.blocks + context.rich(p.text(inner, "text")).blocks)
        elif library == "H5P.Image" and image is None:
            image = context.media(p.group(inner, "file"), p.words(inner, "alt"))
        elif library == "H5P.Audio" and audio is None and p.groups(inner, "files"):
            audio = context.media(p.groups(inner, "files")[0], kinds=limits.SOUNDS)
        else:
            context.note("unsupported", _("Un contenu de type {kind} n’est pas montré.").format(kind=library or "?"))
    return blocks, image, audio


def dialog_cards(context: Context, found: Params, title: str) -> Explore:
    """H5P.Dialogcards: turn the cards over; `header` is the front, `body` the back."""
    panels: list[Panel] = []
    for card in p.groups(found, "dialogs"):
        tips = p.group(card, "tips")
        said = " ".join(word for word in (p.words(tips, "front"), p.words(tips, "back")) if word)
        sounds = p.groups(card, "audio")
        audio = context.media(sounds[0], kinds=limits.SOUNDS) if sounds else None
        front = " ".join(context.rich(p.text(card, "text")).plain.split())
        image = context.media(p.group(card, "image"), p.words(card, "imageAltText") or front)
        panels.append(Panel(front, context.rich(p.text(card, "answer")), image, audio, tip=said))
    if not panels:
        raise empty("Dialogcards")
    instruction = context.rich(p.text(found, "description"))
    if p.text(found, "mode", "normal") == "repetition":
        context.note("unsupported", _("Le mode « répétition » est joué comme le mode normal."))
    return Explore(title=title or p.words(found, "title"), instruction=instruction, kind="cards", panels=tuple(panels))


def accordion(context: Context, found: Params, title: str) -> Explore:
    """H5P.Accordion: titles that open a text."""
    panels = [Panel(p.words(entry, "title"), _parts(context, [p.group(entry, "content")])[0]) for entry in p.groups(found, "panels")]
    if not panels:
        raise empty("Accordion")
    return Explore(title=title, kind="accordion", panels=tuple(panels))
