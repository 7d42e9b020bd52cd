"""What a test can check of accessibility, on every screen, at both text scales, three sizes and three themes.

The numbers A1… are those of docs/accessibilite.md. Each test walks the real screens; what fails is listed with its
screen, so that one run tells everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.ui.stage import SIZES, kiosk

TARGET_MM = 9.0
TALLEST = 0.727  # height of a capital in Inter, in font sizes
EYE_MM = {(800, 480): 350, (1280, 800): 350, (1080, 1920): 600}  # how far one stands
SMALL, MIDDLE, TALL = SIZES


def often(*few: Any, then: tuple[Any, ...]) -> list[Any]:
    """A few combinations every day, the others when there is time."""
    return [*few, *(pytest.param(*(c if isinstance(c, tuple) and isinstance(c[0], tuple) else (c,)), marks=pytest.mark.slow) for c in then)]


@dataclass(frozen=True)
class Visit:
    """One screen: its name and how one gets there."""

    name: str
    go: Callable[[Any, dict[int, str]], None]


def _at(screen: str, **args: Any) -> Callable[[Any, dict[int, str]], None]:
    return lambda driver, _ids: driver.app.parts.desk.go(screen, **args)


def _notice(number: int, tab: str = "") -> Callable[[Any, dict[int, str]], None]:
    return lambda driver, ids: driver.app.parts.desk.go("notice", record_id=ids[number], tab=tab)


def _basket(driver: Any, ids: dict[int, str]) -> None:
    for record_id in list(ids.values())[:5]:
        driver.app.parts.session.add(record_id, "x")
    driver.app.parts.desk.go("basket")


def _warning(driver: Any, _ids: dict[int, str]) -> None:
    driver.tap(2, 2)
    driver.now += driver.app.parts.session.policy.idle - 20
    driver.frames(3)


def _hold(driver: Any, ids: dict[int, str]) -> None:
    from kiosk.domain import Patron

    driver.app.parts.session.sign_in(Patron("27006000123456"))
    driver.app.parts.desk.go("hold", record_id=ids[1])


def _searching(driver: Any, _ids: dict[int, str]) -> None:
    driver.app.parts.desk.go("home")
    driver.settle()
    driver.press("Titre, auteur")


SCREENS = (
    Visit("home", _at("home")),
    Visit("search", _searching),
    Visit("results", _at("results", words="provence")),
    Visit("notice", _notice(1)),
    Visit("notice, record", _notice(1, "facts")),
    Visit("notice, reviews", _notice(1, "reviews")),
    Visit("notice, online", _notice(2)),
    Visit("notice, long title", _notice(7)),
    Visit("basket, empty", _at("basket")),
    Visit("basket", _basket),
    Visit("handover", lambda driver, ids: driver.app.parts.desk.go("handover", record_ids=tuple(ids.values()))),
    Visit("access", _at("access", url="https://portail.example.org/x", title="Lettres de mon moulin")),
    Visit("signin", _at("signin")),
    Visit("hold", _hold),
    Visit("card", _at("card")),
    Visit("selection", _at("selection", selection_id="hiver")),
    Visit("author", _at("author", author="Frédéric Mistral")),
    Visit("agenda", _at("agenda")),
    Visit("help", _at("help")),
    Visit("attract", lambda driver, _ids: driver.app.parts.navigator.restart("attract")),
    Visit("warning", _warning),
)


@contextmanager
def walk(
    data: Path, ids: dict[int, str], size: tuple[int, int], text: float = 1.0, palette: str = "limestone"
) -> Iterator[Iterator[tuple[str, Any]]]:
    """Go through every screen; yields (name, driver) once each has settled."""
    with kiosk(data, size, text=text, palette=palette, motion=False) as driver:

        def each() -> Iterator[tuple[str, Any]]:
            for visit in SCREENS:
                visit.go(driver, ids)
                driver.settle()
                yield visit.name, driver
                driver.app.parts.desk.close_overlay()

        yield each()


def stops(driver: Any) -> list[Any]:
    """Every stop of the focus now."""
    return list(driver.app.parts.shell.focus.stops())


def seen(widget: Any) -> tuple[float, float, float, float] | None:
    """The part of a widget that is not scrolled away, in window pixels; None when less than most of it is seen."""
    from kiosk.ui.widgets.base import window_area
    from kiosk.ui.widgets.scroller import Scroller

    area = window_area(widget)
    left, low, right, high = area.x, area.y, area.right, area.top
    parent = widget.parent
    while parent is not None and parent is not parent.parent:
        if isinstance(parent, Scroller):
            room = window_area(parent)
            left, low, right, high = max(left, room.x), max(low, room.y), min(right, room.right), min(high, room.top)
        parent = parent.parent
    if high - low < 0.9 * area.height or right - left < 0.9 * area.width or area.height < 4:
        return None
    return left, low, right, high


def visible(root: Any) -> Iterator[Any]:
    """Every visible widget under a root."""
    if root.opacity <= 0 or root.width <= 0 or root.height <= 0 or getattr(root, "hidden", False):
        return
    yield root
    for child in root.children:
        yield from visible(child)


@pytest.mark.parametrize(("size", "text"), often((SMALL, 1.6), (MIDDLE, 1.0), then=((SMALL, 1.0), (MIDDLE, 1.6), (TALL, 1.0), (TALL, 1.6))))
def test_every_target_is_at_least_nine_millimetres(little_catalogue: Path, ids: dict[int, str], size: tuple[int, int], text: float) -> None:
    """A1: whatever can be pressed measures 9 mm both ways on the glass."""
    mm, small = SIZES[size] / size[0], []
    with walk(little_catalogue, ids, size, text) as screens:
        for name, driver in screens:
            for stop in stops(driver):
                if min(stop.area.width, stop.area.height) * mm < TARGET_MM - 0.05:
                    small.append(f"{name}: {stop.spoken!r} {stop.area.width * mm:.1f} x {stop.area.height * mm:.1f} mm")
    assert not small, "\n".join(sorted(set(small)))


@pytest.mark.parametrize("size", often(SMALL, then=(MIDDLE, TALL)))
def test_the_focus_reaches_everything_says_it_once_and_never_traps(
    little_catalogue: Path, ids: dict[int, str], size: tuple[int, int]
) -> None:
    """A6, A8: by Tab alone every stop is reached, each says something, once an arrival; Shift-Tab goes the same way back."""
    faults = []
    with walk(little_catalogue, ids, size) as screens:
        for name, driver in screens:
            if name == "warning":
                continue  # any key keeps the visit and takes the warning away: that is its promise, tested with the visit
            shell = driver.app.parts.shell
            shell.speaking = False
            shell.stop_editing()
            expected = [(stop.owner, stop.key) for stop in stops(driver)]
            if len(set(expected)) != len(expected):
                faults.append(f"{name}: two stops have the same key: {[k for k, n in Counter(k for _o, k in expected).items() if n > 1]}")
            shell.speaking = True
            reached = []
            for _ in range(len(expected) + 2):
                driver.voice.said.clear()
                driver.key(9)
                if shell.focus.stop is None:
                    faults.append(f"{name}: the focus got lost after {len(reached)} stops")
                    break
                reached.append((shell.focus.stop.owner, shell.focus.stop.key))
                if driver.voice.said != [shell.focus.stop.spoken] or not shell.focus.stop.spoken.strip():
                    faults.append(f"{name}: said {driver.voice.said} at {shell.focus.stop.spoken!r}")
            missing = [key for _owner, key in set(expected) - set(reached)]
            if missing:
                faults.append(f"{name}: never reached {missing}")
            if reached[:2] != reached[len(expected) :][:2]:
                faults.append(f"{name}: the walk does not come round")
            driver.key(9, "shift")
            if shell.focus.stop is not None and (shell.focus.stop.owner, shell.focus.stop.key) != reached[-2]:
                faults.append(f"{name}: Shift-Tab does not go back")
            shell.speaking = False
            shell.focus.clear()
    assert not faults, "\n".join(faults)


def _luminance(pixel: tuple[int, int, int]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in pixel]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast_in(image: Image.Image, box: tuple[float, float, float, float]) -> float:
    """The contrast of what is written in a box: its commonest colour against the one that differs most (letters' stems)."""
    left, low, right, high = box
    crop = image.crop((round(left), image.height - round(high), round(right), image.height - round(low)))
    colours = crop.getcolors(maxcolors=1 << 20) or []
    if not colours:
        return 21.0
    ground = _luminance(max(colours)[1])
    enough = max(2, crop.width * crop.height // 4000)
    ratios = [
        (max(ground, light) + 0.05) / (min(ground, light) + 0.05) for n, colour in colours if n >= enough for light in (_luminance(colour),)
    ]
    return max(ratios, default=21.0)


@pytest.mark.parametrize(
    ("size", "palette"),
    often(
        (MIDDLE, "limestone"),
        then=tuple((s, p) for s in SIZES for p in ("limestone", "contrast", "night") if (s, p) != (MIDDLE, "limestone")),
    ),
)
def test_words_stand_out_from_their_ground(
    little_catalogue: Path, ids: dict[int, str], tmp_path: Path, size: tuple[int, int], palette: str
) -> None:
    """A3: measured on the pixels drawn, texts and buttons hold 7:1 (4.5:1 is the floor of the other themes)."""
    from kiosk.ui.widgets.buttons import Button
    from kiosk.ui.widgets.texts import Text

    least, weak = 7.0 if palette != "night" else 4.5, []
    with walk(little_catalogue, ids, size, palette=palette) as screens:
        for name, driver in screens:
            if driver.app.parts.shell.dialogue is not None:
                continue  # what is under a dialogue is dimmed on purpose; the dialogue itself is drawn as one
            image = Image.open(driver.picture(tmp_path / "screen.png")).convert("RGB")
            for widget in visible(driver.app.parts.shell):
                if not isinstance(widget, Text | Button) or not (getattr(widget, "words", "") or getattr(widget, "text", "")):
                    continue
                box = seen(widget)
                if box is None or (isinstance(widget, Button) and not widget.enabled):
                    continue
                if isinstance(widget, Button):  # inside the pill, away from its rounded ends
                    inset = (box[3] - box[1]) * 0.3
                    box = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)
                ratio = contrast_in(image, box)
                if ratio < least - 0.05:
                    weak.append(f"{name}: {getattr(widget, 'words', '') or widget.text!r} {ratio:.1f}:1")
    assert not weak, "\n".join(sorted(set(weak)))


@pytest.mark.parametrize(("size", "text"), often((SMALL, 1.6), (MIDDLE, 1.0), then=((SMALL, 1.0), (MIDDLE, 1.6), (TALL, 1.0), (TALL, 1.6))))
def test_nothing_overlaps_and_nothing_leaves_the_screen(
    little_catalogue: Path, ids: dict[int, str], size: tuple[int, int], text: float
) -> None:
    """A4: at both scales, targets do not overlap each other, and what does not scroll lies within the glass."""
    faults = []
    with walk(little_catalogue, ids, size, text) as screens:
        for name, driver in screens:
            shown = [s for s in stops(driver) if s.owner.parent is not None]
            boxes = {id(s): box for s in shown if (box := seen(s.owner)) is not None}
            for stop in shown:
                if id(stop) in boxes and (boxes[id(stop)][0] < -1 or boxes[id(stop)][2] > size[0] + 1):
                    faults.append(f"{name}: {stop.spoken!r} leaves the screen sideways")
            pairs = [(a, b) for n, a in enumerate(shown) for b in shown[n + 1 :] if a.owner is not b.owner and not _within(a, b)]
            for one, other in pairs:
                if id(one) in boxes and id(other) in boxes and _overlap(boxes[id(one)], boxes[id(other)]):
                    faults.append(f"{name}: {one.spoken!r} over {other.spoken!r}")
    assert not faults, "\n".join(sorted(set(faults)))


def _within(one: Any, other: Any) -> bool:
    """Whether one stop's widget is inside the other's on purpose (a button in its row, the pause of the invitation)."""
    for child, holder in ((one.owner, other.owner), (other.owner, one.owner)):
        parent = child.parent
        while parent is not None and parent is not parent.parent:
            if parent is holder:
                return True
            parent = parent.parent
    return False


Box = tuple[float, float, float, float]


def _overlap(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 2


@pytest.mark.parametrize("size", list(SIZES))
def test_in_large_text_a_capital_is_seen_under_seven_tenths_of_a_degree(little_catalogue: Path, size: tuple[int, int]) -> None:
    """A4: the smallest writing, at the largest scale, has capitals of 4.3 mm at 350 mm, 7.3 mm at 600 mm (EN 301 549, 5.1.4)."""
    from kiosk.ui.theme import TINY, look

    least = {350: 4.3, 600: 7.3}[EYE_MM[size]]
    with kiosk(little_catalogue, size, text=1.6):
        assert look().font(TINY) * TALLEST * SIZES[size] / size[0] >= least - 0.05


def test_controls_come_down_in_reach_mode(little_catalogue: Path, ids: dict[int, str]) -> None:
    """A13: on a pillar measured by the referent, with commands at the bottom, no control is above 1,220 mm."""
    size, floor, height_mm = (1080, 1920), 700.0, 611.0
    with kiosk(little_catalogue, size, height_mm=height_mm, floor_mm=floor) as driver:
        driver.app.parts.session.set_comforts(reach=True)
        driver.settle()
        for visit in SCREENS[:2] + SCREENS[3:5]:
            visit.go(driver, ids)
            driver.settle()
            for stop in stops(driver):
                if seen(stop.owner) is None:
                    continue
                top = floor + stop.area.top * height_mm / size[1]
                assert top <= 1221, (visit.name, stop.spoken, top)


def test_the_voice_can_be_stopped_and_says_each_screen(little_catalogue: Path, ids: dict[int, str]) -> None:
    """A7: switched on, each arrival is said; switched off, it is silent at once."""
    with kiosk(little_catalogue) as driver:
        driver.press("Lire à voix haute")
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        assert any("Contes de Provence" in words and "En rayon ici" in words for words in driver.voice.said)
        silenced = driver.voice.silenced
        driver.press("Lire à voix haute")
        assert driver.voice.silenced > silenced
        driver.voice.said.clear()
        driver.app.parts.desk.go("help")
        driver.settle()
        assert driver.voice.said == []
