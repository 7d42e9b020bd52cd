"""A librarian changes questions without seeing a file; what would not play is not saved; nothing else of the file changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui import boot
from mediation_apps.cli import main
from mediation_apps.runtime.native.activities import TYPES
from mediation_apps.runtime.native.editing import FLAG, changed, doubled, parts, places, removed
from mediation_apps.runtime.native.source import Source
from tests.mediation_apps.test_docs import EXAMPLES
from tests.mediation_apps.ui.conftest import wait
from tests.ui import stage

COMMENTED = """# gardé
type = "truefalse"   # gardé aussi
question = "La mer est « salée » ?"
correct = true
labels = ["Oui", 'Non']
"""


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    stage.prepare()
    boot.prepare(1280, 800, offscreen=True)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.ui import theme
    from mediation_apps.runtime.ui.session_app import EditApp
    from mediation_apps.runtime.ui.tour import Hands

    opened: list[tuple[Any, Any]] = []

    def put(start: str = "02-question") -> Any:
        EventLoop.ensure_window()
        Window.size = (1280, 800)
        main(["new", str(tmp_path / "atelier")])
        app = EditApp(tmp_path / "atelier", start, tmp_path / "cle")
        app.root = app.build()
        Window.add_widget(app.root)
        hands = Hands(app)
        hands.drawing = False
        hands.frames(4)
        opened.append((app, hands))
        return hands

    yield put
    for app, hands in opened:
        hands.close()
        Window.remove_widget(app.root)
        app.on_stop()
    theme.use(theme.Look())


def _field(view: Any, text: str) -> Any:
    return next(widget for widget in view.left.content.children if getattr(widget, "text", None) == text)


def test_a_question_is_changed_by_touch_and_keyboard_and_saved(editor: Any, tmp_path: Path) -> None:
    """Touch the text, write, and the page beside it shows it; the file holds it; one press takes it back."""
    from kiosk.ui.widgets.base import window_area

    hands = editor()
    view, file = hands.app.view, tmp_path / "atelier" / "activities" / "02-question.toml"
    before = file.read_text(encoding="utf-8")
    field = _field(view, "La poule")
    for _push in range(6):  # a finger pushes the list up until the field is in sight
        if window_area(field).y > view.left.y:
            break
        hands.drag((300, 250), (300, 500))
        hands.frames(30)
    hands.tap(*window_area(field).center)
    hands.frames(4)
    assert view.keyboard is not None
    hands.type(" noire", settle=False)
    hands.frames(40)
    assert file.read_text(encoding="utf-8") == before.replace('"La poule"', '"La poule noire"')
    assert "La poule noire" in [tile.words for tile in view.page.task.tiles.values()]
    view.stop_editing()
    hands.frames(3)
    for _letter in " noire":
        hands.tap_on(view.undo_button)
        hands.frames(2)
    assert file.read_text(encoding="utf-8") == before


def test_what_would_not_play_is_not_saved_and_the_reason_is_said(editor: Any, tmp_path: Path) -> None:
    """Taking the only right answer away: the file stays, the sentence says what is missing."""
    hands = editor()
    view, file = hands.app.view, tmp_path / "atelier" / "activities" / "02-question.toml"
    before = file.read_text(encoding="utf-8")
    hands.tap_on(_field(view, "C’est juste"))
    hands.frames(3)
    assert file.read_text(encoding="utf-8") == before
    assert "02-question, ligne 5. Aucune réponse n’est juste" in view.said.words


def test_every_activity_is_reached_and_everything_has_a_label(editor: Any) -> None:
    """Next, next: pages, questions, sorting; each field is said by what it is for."""
    from kiosk.ui.widgets.focus import stops_under

    hands = editor()
    seen = set()
    for _activity in hands.app.view.pack.entries:
        seen.add(hands.app.view.entry.name)
        assert all(stop.spoken.strip() for stop in stops_under(hands.app.view))
        hands.tap_on(hands.app.view.next_button)
        hands.frames(3)
    assert seen == {"01-accueil", "02-question", "03-tri"}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([*EXAMPLES, COMMENTED]), st.integers(0, 30), st.text(max_size=30))
def test_one_change_changes_one_value(source: str, rank: int, value: str) -> None:
    """Whatever is written into one text, the file stays TOML, and every other value stays what it was."""
    found = places(source)
    place = found[rank % len(found)]
    after = places(changed(source, place, value))
    assert Source("x", changed(source, place, value)).root()
    if place.kind == FLAG or (value.strip() and value.isprintable()):
        others = [other.value for n, other in enumerate(found) if n != rank % len(found)]
        assert [other.value for n, other in enumerate(after) if n != rank % len(found)] == others


def test_an_answer_is_added_and_taken_away_by_touch(editor: Any, tmp_path: Path) -> None:
    """ "Ajouter après" makes a third answer that is not right; "Retirer" takes it away; the last right one stays."""
    hands = editor()
    view, file = hands.app.view, tmp_path / "atelier" / "activities" / "02-question.toml"
    before = file.read_text(encoding="utf-8")
    hands.tap_on(_button(view, "Ajouter après : Réponse 1"))
    hands.frames(3)
    text = file.read_text(encoding="utf-8")
    assert text.count("[[answers]]") == 3 and text.count("correct = true") == 1 and "correct = false" in text
    view.reshape(removed, 1)
    assert file.read_text(encoding="utf-8") == before
    view.reshape(removed, 0)
    assert file.read_text(encoding="utf-8") == before and "entre 2 et 12" in view.said.words


def _button(view: Any, spoken: str) -> Any:
    return next(widget for widget in view.walk() if getattr(widget, "spoken", "") == spoken)


@pytest.mark.parametrize("example", [example for example in EXAMPLES if "[[" in example], ids=lambda text: text.split('"')[1])
def test_a_part_doubled_and_removed_leaves_the_file_as_it_was(example: str) -> None:
    """For every type: one more part reads, and taking it away gives the first file back."""
    for part in parts(example):
        more = doubled(example, part)
        assert Source("x", more).root()
        again = parts(more)
        assert len(again) == len(parts(example)) + 1
        added = again[parts(example).index(part) + 1]
        assert Source("x", removed(more, added)).root().values == Source("x", example).root().values


def test_every_type_has_texts_to_change() -> None:
    """No type of the format page is closed to the editor."""
    kinds = {example.split('"')[1]: len(places(example)) for example in EXAMPLES}
    assert set(TYPES) - set(kinds) <= {"picture", "sound"} and min(kinds.values()) >= 1


def tap(hands: Any, widget: Any) -> None:
    """Touch something of the list on the left, wherever it is scrolled to."""
    from kiosk.ui.widgets.base import window_area

    hands.app.view.left.reveal(window_area(widget))
    hands.frames(3)
    hands.tap(*window_area(widget).center)
    hands.frames(4)


def titles(view: Any) -> list[str]:
    return [entry.title for entry in view.pack.entries]


def test_the_plan_is_rearranged_by_touch_and_taken_back(editor: Any) -> None:
    """Choose an activity, move it down, double it, delete one; Annuler brings each step back."""
    hands = editor("")
    view = hands.app.view
    before = titles(view)
    assert view.mode == "plan" and view.at == 0
    tap(hands, _button(view, f"Descendre : {before[0]}"))
    assert titles(view) == [before[1], before[0], before[2]] and view.at == 1
    tap(hands, _button(view, f"Doubler : {before[0]}"))
    assert titles(view) == [before[1], before[0], before[0], before[2]] and view.at == 2
    tap(hands, _button(view, f"Supprimer : {before[0]}"))
    assert titles(view) == [before[1], before[0], before[2]] and "Annuler la ramène" in view.said.words
    hands.tap_on(view.undo_button)
    assert len(titles(view)) == 4
    for _step in range(2):
        hands.tap_on(view.undo_button)
    assert titles(view) == before


@pytest.mark.parametrize("by", ["touch", "keys", "switches"])
def test_a_new_activity_is_chosen_by_its_sign(editor: Any, by: str) -> None:
    """Nouvelle activité, Classer: it stands after the one shown, opened, with its page beside; so by Tab and Enter, so by two switches."""
    hands = editor("")
    view = hands.app.view
    view.switches = by == "switches"

    def reach(owner: Any) -> None:
        if by == "touch":
            tap(hands, owner) if owner.parent is not view.buttons else hands.tap_on(owner)
            return
        for _step in range(60):
            hands.key(32 if by == "switches" else 9)
            if view.focus.stop is not None and view.focus.stop.owner is owner:
                break
        else:
            raise AssertionError("not reached")
        hands.key(13)
        hands.frames(4)

    reach(view.new_button)
    assert view.mode == "kinds"
    reach(next(widget for widget in view.left.content.walk() if getattr(widget, "target", "") == "kind:rank"))
    assert view.mode == "fields" and view.entry.kind == "rank" and view.at == 1
    assert type(view.page.task).__name__ == "RankView"


def test_the_workshop_and_its_script_are_changed_without_a_file(editor: Any, tmp_path: Path) -> None:
    """Title, length, theme; a step of the script; what does not add up is told with its line."""
    hands = editor("")
    view = hands.app.view
    tap(hands, next(widget for widget in view.left.content.walk() if getattr(widget, "target", "") == "manifest.toml"))
    assert _field(view, "45") is not None
    view.put([place.key for place in view.places()].index("minutes"), "60")
    assert view.pack.manifest.minutes == 60 and "60 min" not in view.said.words
    theme = next(widget for widget in view.left.content.children if getattr(widget, "spoken", "").startswith("Thème"))
    tap(hands, theme)
    assert view.pack.manifest.theme == "presse"
    view.show("plan")
    tap(hands, next(widget for widget in view.left.content.walk() if getattr(widget, "target", "") == "deroule.md"))
    assert any("annonce 60 min" in getattr(widget, "words", "") for widget in view.left.content.walk())
    assert not any(place.value.startswith(("→", "#")) for place in view.places())
    script = tmp_path / "atelier" / "deroule.md"
    rank = next(rank for rank, place in enumerate(view.places()) if place.value == "0–5 min · Accueil")
    view.put(rank, "0–5 min · Bonjour")
    assert "\n## 0–5 min · Bonjour\n" in script.read_text(encoding="utf-8"), "a title stays a title"


def test_the_plan_has_a_way_out_to_touch(editor: Any) -> None:
    """ "Quitter" stands in the plan, and only there; everything is saved already."""
    hands = editor()
    view, left = hands.app.view, []
    view._leave = lambda: left.append(True)
    assert view.leave_button not in view.buttons.children
    hands.tap_on(view.plan_button)
    hands.frames(3)
    hands.tap_on(view.leave_button)
    assert left == [True]


def test_a_picture_comes_from_the_stick_with_its_words(editor: Any, tmp_path: Path) -> None:
    """Ajouter une image, touch it on the stick, describe it: small and clean in the workshop; without words it is not put."""
    from PIL import Image

    (tmp_path / "cle" / "photos").mkdir(parents=True)
    Image.new("RGB", (3000, 2000), (20, 120, 60)).save(tmp_path / "cle" / "photos" / "place.jpg")
    (tmp_path / "cle" / "lisez-moi.txt").write_text("rien", encoding="utf-8")
    hands = editor()
    view = hands.app.view
    tap(hands, next(widget for widget in view.left.content.children if getattr(widget, "text", "") == "Ajouter une image"))
    wait(hands, lambda: view._near)  # another thread looks at the stick
    hands.frames(3)
    tap(hands, next(widget for widget in view.left.content.walk() if getattr(widget, "target", "").endswith("place.jpg")))
    assert view.mode == "alt"
    tap(hands, view.left.content.button)
    assert view.mode == "alt" and "Décrivez l’image" in view.said.words
    view.left.content.field.put("La place du marché")
    tap(hands, view.left.content.button)
    media = view.entry.activity.media
    assert (media.path, media.alt) == ("media/place.jpg", "La place du marché")
    assert Image.open(tmp_path / "atelier" / "media" / "place.jpg").size == (1600, 1067)
    picture = next(widget for widget in view.left.content.children if getattr(widget, "spoken", "").startswith("Image"))
    tap(hands, picture)
    tap(hands, next(widget for widget in view.left.content.walk() if getattr(widget, "target", "") == "media/place.jpg"))
    view.left.content.field.put("La place, le samedi")
    tap(hands, view.left.content.button)
    assert view.entry.activity.media.alt == "La place, le samedi"


@pytest.mark.parametrize(("size", "text"), [((1280, 800), 1.0), ((800, 480), 1.0), ((800, 480), 1.6), ((1080, 1920), 1.3)])
def test_every_screen_of_the_editor_has_large_labelled_targets(editor: Any, size: tuple[int, int], text: float) -> None:
    """Plan, fields, kinds, pictures: each stop is said, a target high, and inside the screen once reached."""
    from dataclasses import replace

    from kivy.core.window import Window

    from kiosk.ui import theme
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.focus import stops_under

    hands = editor("")
    view = hands.app.view
    Window.size = size
    theme.use(replace(look(), width=size[0], height=size[1], text=text))
    for mode in ("plan", "fields", "kinds", "pictures"):
        view.show(mode)
        hands.frames(4)
        assert stops_under(view)
        for stop in stops_under(view):
            view.focus.set(stop)
            area = view.focus.stop.area
            assert stop.spoken.strip() and area.height >= min(look().target, look().px(48)) - 1, (mode, stop)
            assert area.x >= 0 and area.right <= size[0] + 1 and area.top > 0 and area.y < size[1], (mode, stop.spoken, area)
    Window.size = (1280, 800)
