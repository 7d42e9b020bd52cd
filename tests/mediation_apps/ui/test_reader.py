"""Ma liseuse by taps, swipes, keys and switches; with a voice; with a book of one's own: real books in a real window."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.mediation_apps.building import zipped
from tests.mediation_apps.ui.conftest import shipped_pack, wait

Table = Callable[..., Any]
BOOKS = Path(__file__).resolve().parents[3] / "mediation_apps" / "ma_liseuse" / "books"
ENTER, SPACE, RIGHT, LEFT, DOWN = 13, 32, 275, 276, 274
TURN, SIZE, AIR, RULER, MINE, CARD = 1, 2, 3, 5, 6, 7  # pages


class Reader:
    """A voice that says each phrase for a moment."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.stopped = 0
        self.speaking = False

    def say(self, words: str) -> None:
        self.said.append(words)

    def stop(self) -> None:
        self.stopped += 1


def at(hands: Any, page: int) -> Any:
    hands.player.go(page)
    hands.settle()
    view = hands.player.page.task
    wait(hands, lambda: view.paper.page is not None and not hands.player.bench.busy)
    hands.settle()
    return view


def words(view: Any) -> str:
    return " ".join(placed.word.text for line in view.paper.page.lines for placed in line.words)


def touch_paper(hands: Any, view: Any, share: float) -> None:
    x, y = view.paper.to_window(view.paper.x + view.paper.width * share, view.paper.center_y)
    hands.tap(x, y)
    hands.frames(3)


def tool(view: Any, name: str) -> Any:
    return next(widget for widget in view.walk() if getattr(widget, "target", "") == name)


def test_pages_turn_by_side_taps_swipes_buttons_and_keys(table: Table) -> None:
    """Four ways there and four ways back lead to the same pages."""
    from kiosk.ui.widgets.base import window_area

    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, TURN)
    middle = window_area(view.paper).center
    ways = [
        (lambda: touch_paper(hands, view, 0.95), lambda: touch_paper(hands, view, 0.05)),
        (
            lambda: hands.drag((middle[0] + 150, middle[1]), (middle[0] - 150, middle[1])),
            lambda: hands.drag((middle[0] - 150, middle[1]), (middle[0] + 150, middle[1])),
        ),
        (lambda: hands.tap_on(view.later), lambda: hands.tap_on(view.earlier)),
        (lambda: hands.key(RIGHT), lambda: hands.key(LEFT)),
    ]
    first = words(view)
    seen = set()
    for forth, back in ways:
        forth()
        hands.frames(3)
        seen.add(words(view))
        assert words(view) != first
        back()
        hands.frames(3)
        assert words(view) == first
    assert len(seen) == 1 and hands.player.run.state.done


def test_a_book_is_read_to_its_end_and_back(table: Table) -> None:
    """Every page leads on until the last; back through chapters leads to the first."""
    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, SIZE)
    pages = [words(view)]
    while view.later.enabled:
        hands.key(RIGHT)
        pages.append(words(view))
        assert len(pages) < 80
    assert "procès." in pages[-1] and len(pages) > 8
    view._before.clear()  # as after a change of settings: the way back is found from the chapter's beginning
    for expected in reversed(pages[:-1]):
        hands.key(LEFT)
        assert words(view) == expected
    assert not view.earlier.enabled


def test_a_change_of_comfort_keeps_the_first_word_in_sight(table: Table) -> None:
    """Larger, airier, another font: the page begins with the same word, and holds fewer."""
    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, SIZE)
    hands.key(RIGHT)
    before, count = words(view), len(words(view))
    for _press in range(3):
        hands.tap_on(tool(view, "choice:size+"))
    assert words(view).split()[0] == before.split()[0] and len(words(view)) < count
    view = at(hands, AIR)
    assert hands.player.run.state.comfort.size == 5, "settings go on from page to page"
    for name in ("letters", "words", "lines"):
        hands.tap_on(tool(view, f"choice:{name}"))
    comfort = hands.player.run.state.comfort
    assert (comfort.letters, comfort.words, comfort.lines) == (1, 1, 2)
    view = hands.player.page.task
    hands.player.go(CARD)
    hands.settle()
    assert "Taille : 6 sur 7" in hands.player.page.task.words()


def test_the_contents_lead_to_a_chapter_and_a_note_is_told(table: Table) -> None:
    """Touching the small number says the note; the list gives the page back."""
    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, SIZE)
    line, placed = next((line, placed) for line in view.paper.page.lines for placed in line.words if placed.word.note)
    x = view.paper.x + view.paper.face.margin + placed.x + placed.width / 2
    y = view.paper.top - view.paper.face.head - line.top - line.height / 2
    hands.tap(*view.paper.to_window(x, y))
    assert "vent du nord" in hands.player.said.words
    hands.tap_on(tool(view, "contents"))
    hands.settle()
    hands.tap_stop(next(stop for stop in tool(view, "entry:3").stops()))
    hands.settle()
    assert words(view).startswith("Le Loup et l’Agneau")


def test_the_voice_reads_on_over_the_page_and_each_phrase_is_marked(table: Table) -> None:
    """Phrase after phrase, then the next page by itself; a second press is silence at once."""
    voice = Reader()
    hands = table(shipped_pack("ma-liseuse"))
    hands.player.voice = voice
    view = at(hands, SIZE)
    first = words(view)
    hands.tap_on(tool(view, "listen"))
    voice.speaking = True
    hands.frames(30)
    assert len(voice.said) == 1 and view.paper.marked is not None and voice.said[0] in first
    voice.speaking = False
    wait(hands, lambda: words(view) != first)
    hands.frames(2)
    aloud = first.replace("bise 1", "bise").split()  # the number of a note is for the eye
    assert " ".join(voice.said).split()[: len(aloud)] == aloud
    hands.tap_on(tool(view, "listen"))
    said = len(voice.said)
    hands.frames(60)
    assert len(voice.said) == said and view.paper.marked is None and voice.stopped


def test_the_ruler_follows_finger_and_keys_and_turns_the_page(table: Table) -> None:
    """Down from the last line is the next page's first."""
    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, RULER)
    hands.key(RIGHT)
    hands.tap_on(tool(view, "choice:ruler"))
    line = view.paper.page.lines[2]
    y = view.paper.top - view.paper.face.head - line.top - line.height / 2
    hands.tap(*view.paper.to_window(view.paper.center_x, y))
    assert view.paper.guide == 2
    before = words(view)
    for _press in range(len(view.paper.page.lines) - 2):
        hands.key(DOWN)
    assert words(view) != before and view.paper.guide == 0


def test_a_book_of_ones_own_is_read_and_forgotten(table: Table, tmp_path: Path) -> None:
    """From the stick into memory; at the end of the workshop it is gone; the stick is as it was."""
    (tmp_path / "livres").mkdir()
    shutil.copy(BOOKS / "poemes.epub", tmp_path / "livres" / "Mon livre.epub")
    (tmp_path / "piege.epub").write_bytes(zipped({"../x": b"a"}))
    (tmp_path / "lien.epub").symlink_to("/etc/passwd")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    hands = table(shipped_pack("ma-liseuse"))
    player = hands.player
    player.bench.stick = tmp_path
    view = at(hands, MINE)

    def choose(name: str) -> None:
        hands.tap_stop(tool(view, "books").stops()[0])
        hands.settle()
        found = next(tile for tile in view.lists.column.children if getattr(tile, "words", "") == "Ouvrir un livre de ma clé USB")
        hands.tap_stop(found.stops()[0])
        wait(hands, lambda: not player.bench.busy)
        hands.settle()
        shown = [getattr(tile, "words", "") for tile in view.lists.column.children]
        assert "lien" not in shown
        hands.tap_stop(next(tile for tile in view.lists.column.children if getattr(tile, "words", "") == name).stops()[0])
        wait(hands, lambda: not player.bench.busy)
        hands.settle()

    choose("piege")
    assert "dangereux" in player.said.words and view.book.title.startswith("La lampe")
    choose("Mon livre")
    assert view.book.title == "Quatre poèmes" and "Demain" in words(view)
    player.forget()
    assert player.bench.books == {} and sorted(path.name for path in tmp_path.rglob("*")) == before


def test_pictures_of_the_book_are_drawn(table: Table) -> None:
    """The picture is decoded elsewhere and comes; until then its words stand there."""
    hands = table(shipped_pack("ma-liseuse"))
    view = at(hands, TURN)
    for _page in range(6):
        if any(line.picture is not None for line in view.paper.page.lines):
            break
        hands.key(RIGHT)
    wait(hands, lambda: bool(view.paper.pictures))
    assert next(iter(view.paper.pictures.values())).width > 100


@pytest.mark.parametrize(("size", "text"), [((800, 480), 1.6), ((1280, 800), 1.0)])
def test_reader_by_two_switches(table: Table, size: tuple[int, int], text: float) -> None:
    """Settings, page, contents: each is a stop with its words; Enter on the page turns it."""
    hands = table(shipped_pack("ma-liseuse"), size=size, text=text, switches=True)
    view, player = at(hands, MINE), hands.player
    met: dict[str, str] = {}
    for _press in range(40):
        hands.key(SPACE)
        met[player.focus.stop.key] = player.focus.stop.spoken
        if player.focus.stop.key == "page" and "pressed" not in met:
            before = words(view)
            hands.key(ENTER)
            met["pressed"] = "yes"
            assert words(view) != before
    assert {"choice:size+", "choice:letters", "choice:ruler", "page", "contents", "books", "page+"} <= set(met) and all(met.values())


def test_closing_leaves_no_thread(table: Table) -> None:
    """The workbench's thread ends with the player."""
    before = {thread.name for thread in threading.enumerate()}
    hands = table(shipped_pack("ma-liseuse"))
    at(hands, TURN)
    hands.player.bench.close()
    assert {thread.name for thread in threading.enumerate() if thread.name.startswith(("workbench", "sound"))} <= before
