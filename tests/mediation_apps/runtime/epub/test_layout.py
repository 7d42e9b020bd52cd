"""Pages hold every word once, in order, inside the page; a reader's place outlives a change of settings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui.theme import contrast, rgba
from mediation_apps.runtime.epub.book import HEADING, ITEM, PARAGRAPH, PICTURE, QUOTE, RULE, VERSE, Chapter, Passage, Run
from mediation_apps.runtime.epub.comfort import CHOICES, GROUNDS, Comfort, read_comfort
from mediation_apps.runtime.epub.layout import Frame, Page, Setter, phrases, words_of

KINDS = st.sampled_from([HEADING, PARAGRAPH, VERSE, ITEM, QUOTE, RULE])
WORDS = st.lists(st.text(alphabet="abcdé'-,.", min_size=1, max_size=12), max_size=40).map(" ".join)
PASSAGES = st.one_of(
    st.builds(lambda kind, text: Passage(kind, () if kind == RULE else (Run(text),)), KINDS, WORDS),
    st.builds(
        lambda wide, tall: Passage(PICTURE, (Run("x"),), picture="a", width=wide, height=tall), st.integers(1, 900), st.integers(1, 900)
    ),
)
CHAPTERS = st.lists(PASSAGES, max_size=12).map(lambda found: Chapter("c", tuple(found)))
FRAMES = st.builds(Frame, st.integers(30, 700), st.integers(20, 500), st.integers(10, 90), st.integers(2, 30))


def widths(text: str, bold: bool, italic: bool, scale: float) -> int:
    return round(len(text) * (9 if bold else 8) * scale)


def all_pages(chapter: Chapter, frame: Frame) -> list[Page]:
    setter, found = Setter(chapter, frame, widths), []
    at: tuple[int, int] | None = (0, 0)
    while at is not None:
        page = setter.page(at)
        assert page.next is None or page.next > at, "reading goes on"
        found.append(page)
        at = page.next
    return found


@settings(deadline=None)
@given(CHAPTERS, FRAMES)
def test_every_word_is_on_one_page_once_and_in_order(chapter: Chapter, frame: Frame) -> None:
    """Nothing is lost between two pages, nothing read twice."""
    shown = [(line.passage, placed.index) for page in all_pages(chapter, frame) for line in page.lines for placed in line.words]
    expected = [
        (number, index)
        for number, passage in enumerate(chapter.passages)
        if passage.kind not in (RULE, PICTURE)
        for index in range(len(words_of(passage)))
    ]
    assert shown == expected
    pictures = [line.passage for page in all_pages(chapter, frame) for line in page.lines if line.picture is not None]
    assert pictures == [number for number, passage in enumerate(chapter.passages) if passage.kind == PICTURE]


@settings(deadline=None)
@given(CHAPTERS, FRAMES)
def test_lines_follow_each_other_inside_the_page(chapter: Chapter, frame: Frame) -> None:
    """Lines do not overlap, and only a page too small for one line goes beyond its foot."""
    for page in all_pages(chapter, frame):
        for before, after in pairwise(page.lines):
            assert after.top >= before.top + before.height
        if len(page.lines) > 1:
            assert page.lines[-1].top + page.lines[-1].height <= frame.height
        for line in page.lines:
            assert all(placed.x + placed.width <= frame.width for placed in line.words[1:])


@settings(deadline=None)
@given(CHAPTERS, FRAMES)
def test_the_page_before_ends_where_this_one_begins(chapter: Chapter, frame: Frame) -> None:
    """Going back from any page leads to the page that led there."""
    pages, setter = all_pages(chapter, frame), Setter(chapter, frame, widths)
    for before, after in pairwise(pages):
        assert setter.back(after.begins) == before.begins


@settings(deadline=None)
@given(CHAPTERS, FRAMES)
def test_what_is_read_aloud_is_what_is_on_the_page(chapter: Chapter, frame: Frame) -> None:
    """Phrases cover each word of a page once, and none is too long to be followed."""
    for page in all_pages(chapter, frame):
        said = [(phrase.passage, index) for phrase in phrases(page) for index in range(phrase.first, phrase.last + 1)]
        assert said == [(line.passage, placed.index) for line in page.lines for placed in line.words]


def test_sentences_end_phrases_also_before_a_closing_quote() -> None:
    chapter = Chapter("c", (Passage(PARAGRAPH, (Run("« Viens\u00a0! » dit-elle. Il vint."),)),))
    page = Setter(chapter, Frame(2000, 200, 20, 5), widths).page((0, 0))
    assert [phrase.text for phrase in phrases(page)] == ["« Viens\u00a0! »", "dit-elle.", "Il vint."] or len(phrases(page)) == 3


def test_a_heading_never_stands_alone_at_the_foot() -> None:
    text = Passage(PARAGRAPH, (Run("mot " * 20),))
    chapter = Chapter("c", (text, Passage(HEADING, (Run("Titre"),), 1), text))
    for height in range(40, 400, 7):
        for page in all_pages(chapter, Frame(200, height, 20, 5)):
            last = page.lines[-1]
            assert not (chapter.passages[last.passage].kind == HEADING and page.next is not None and len(page.lines) > 1)


def test_no_line_is_broken_at_a_no_break_space() -> None:
    """French signs stay with their word."""
    words = words_of(Passage(PARAGRAPH, (Run("Dit-il\u00a0: vous\u202f! porte-plume"),)))
    assert [word.text for word in words] == ["Dit-", "il\u00a0:", "vous\u202f!", "porte-", "plume"]
    assert [word.space for word in words] == [False, True, True, False, False]


@settings(deadline=None)
@given(st.builds(Comfort, **{name: st.integers(0, count - 1) for name, count in CHOICES.items()}))
def test_a_comfort_comes_back_from_its_digits(comfort: Comfort) -> None:
    """Settings go on from page to page unchanged, and each is said in words on the card."""
    assert read_comfort(comfort.line()) == comfort
    assert len(comfort.card()) == len(CHOICES) and all(name and value for name, value in comfort.card())


@pytest.mark.parametrize("line", ["", "1234567", "99999999", "abcdefgh", "²2222222", "123456789"])
def test_other_lines_are_no_comfort(line: str) -> None:
    assert read_comfort(line) is None


@settings(deadline=None)
@given(st.sampled_from(sorted(CHOICES)))
def test_each_setting_comes_round(name: str) -> None:
    """The last step is followed by the first; both ends hold."""
    comfort = Comfort()
    for _step in range(CHOICES[name]):
        comfort = comfort.next(name)
    assert comfort == Comfort() and comfort.put(name, -5).at(name) == 0 and comfort.put(name, 99).at(name) == CHOICES[name] - 1


@pytest.mark.parametrize("name", list(GROUNDS))
def test_text_is_legible_on_every_ground_also_where_it_is_marked(name: str) -> None:
    """7:1 on the page, 7:1 on the phrase being read (WCAG 1.4.6)."""
    ground = GROUNDS[name]
    assert contrast(rgba(ground.ink), rgba(ground.ground)) >= 7
    assert contrast(rgba(ground.ink), rgba(ground.mark)) >= 7


def test_a_line_never_parts_what_no_space_parts() -> None:
    """ "l’" stays with its noun in italics, a note with its word, a comma with what it follows; longer than a line, they are broken."""
    runs = (Run("bergère à l’"), Run("alpage", italic=True), Run("1", note="n1"), Run(", et le reste"))
    chapter = Chapter("c", (Passage(PARAGRAPH, runs),))
    for width in range(120, 400, 8):
        for page in all_pages(chapter, Frame(width, 500, 20, 8)):
            for line in page.lines:
                assert line.words[0].word.text in ("bergère", "à", "l’", "et", "le", "reste"), width
    narrow = [placed.word.text for page in all_pages(chapter, Frame(40, 500, 20, 8)) for line in page.lines for placed in line.words]
    assert narrow == ["bergère", "à", "l’", "alpage", "1", ",", "et", "le", "reste"]
