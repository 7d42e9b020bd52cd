"""A session on real screens and real sockets: the facilitator's grid with sixteen tablets, one participant from code to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui import boot
from mediation_apps.cli.session import named
from mediation_apps.errors import NotFound
from mediation_apps.runtime.flow import pages
from mediation_apps.runtime.session.discovery import Found
from mediation_apps.runtime.session.follower import JOINED, Follower
from mediation_apps.runtime.session.leader import Leader
from mediation_apps.runtime.session.room import STUCK, Result, Room
from mediation_apps.runtime.session.wire import ENDED, FROZEN, RUNNING, Order
from tests.mediation_apps.ui.conftest import shipped_pack
from tests.ui import stage

NAME = "info-ou-intox"


@pytest.fixture
def window() -> Iterator[Callable[[Any], Any]]:
    """Put an app on the window; its hands pass time without a loop."""
    stage.prepare()
    boot.prepare(1280, 800, offscreen=True)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.ui import theme
    from mediation_apps.runtime.ui.tour import Hands

    opened: list[tuple[Any, Any]] = []

    def put(make: Callable[[], Any]) -> Any:
        EventLoop.ensure_window()
        Window.size = (1280, 800)
        app = make()
        app.root = app.build()
        Window.add_widget(app.root)
        hands = Hands(app)
        hands.drawing = False
        opened.append((app, hands))
        hands.frames(4)
        return hands

    yield put
    for app, hands in opened:
        hands.close()
        Window.remove_widget(app.root)
        app.on_stop()
    theme.use(theme.Look())


def until(hands: Any, true: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Let frames pass, and real time for the sockets."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        hands.frame()
        time.sleep(0.005)
    hands.frames(3)
    return true()


def test_facilitator_starts_freezes_sends_and_ends_sixteen_tablets_by_touch(window: Any, tmp_path: Path) -> None:
    """Sixteen tiles appear by themselves; each touch reaches all sixteen; the results lie on the stick at the end, and only there."""
    from mediation_apps.runtime.session.results import save_to
    from mediation_apps.runtime.ui.session_app import LeadApp

    pack = shipped_pack(NAME)
    room = Room("4207", NAME, 7, len(pages(pack.activities, 7)))
    hands = window(lambda: LeadApp(pack, room, 0, save_to(tmp_path, NAME), ["127.0.0.1"]))
    view, leader = hands.app.view, hands.app.leader
    told: list[list[Any]] = [[] for _n in range(16)]
    lines = [Follower("127.0.0.1", leader.port, "4207", heard.append, lambda: 55).start() for heard in told]
    try:
        assert until(hands, lambda: len(view.tiles) == 16)
        assert view.headline.shown[1] == "16 tablettes"
        for name, phase, step in (
            ("start", RUNNING, -1),
            ("freeze", FROZEN, -1),
            ("start", RUNNING, -1),
            ("more", "", 0),
            ("send", RUNNING, 1),
        ):
            hands.tap_on(view.buttons[name])
            if phase:
                want = (phase, step)
                assert until(hands, lambda want=want: all(_last(heard) == want for heard in told))  # type: ignore[misc]
        lines[0].report(1, 1, 1, 1, True)
        lines[1].drop()
        assert until(hands, lambda: any(result.done for tablet in leader.room.tablets for result in tablet.results))
        hands.tap_on(view.buttons["end"])
        assert "Touchez encore" in view.headline.shown[1] and leader.room.phase == RUNNING, "one touch ends nothing"
        hands.tap_on(view.buttons["end"])
        assert until(hands, lambda: all(_last(heard) == (ENDED, -1) for heard in told))
        assert until(hands, lambda: "enregistrés" in view.headline.shown[1])
        table = tmp_path / f"resultats-{NAME}.csv"
        assert table.read_text(encoding="utf-8-sig").splitlines()[1].endswith(";2;Premier avis;1;1;oui")
        lines[2].report(2, 2, 3, 4, True)  # what a tablet still had to say when the session ended
        assert until(hands, lambda: ";3;" in table.read_text(encoding="utf-8-sig"))
        assert [path.name for path in tmp_path.iterdir()] == [table.name]
    finally:
        for line in lines:
            line.stop()


def _last(heard: list[Any]) -> tuple[str, int] | None:
    orders = [message for message in heard if isinstance(message, Order)]
    return (orders[-1].phase, orders[-1].step) if orders else None


def test_sessions_on_one_stick_lie_beside_each_other_and_a_stick_that_failed_is_tried_again(window: Any, tmp_path: Path) -> None:
    """The morning's table stays when the afternoon's comes; a stick pulled out takes the table when it is back."""
    from mediation_apps.runtime.session.results import save_to
    from mediation_apps.runtime.ui import session_app

    first, second = (save_to(tmp_path, NAME) for _session in range(2))
    assert first("matin\n")[1] and second("soir\n")[1] and first("matin, plus tard\n")[1]
    assert (tmp_path / f"resultats-{NAME}.csv").read_text(encoding="utf-8-sig") == "matin, plus tard\n"
    assert (tmp_path / f"resultats-{NAME}-2.csv").read_text(encoding="utf-8-sig") == "soir\n"
    pack, stick = shipped_pack(NAME), tmp_path / "stick"
    room = Room("4207", NAME, 7, len(pages(pack.activities, 7)))
    hands = window(lambda: session_app.LeadApp(pack, room, 0, save_to(stick, NAME), ["127.0.0.1"]))
    view = hands.app.view
    assert not view.buttons["leave"].enabled
    for _touch in range(2):
        hands.tap_on(view.buttons["end"])
    assert until(hands, lambda: "rebranchez" in view.headline.shown[1])
    left: list[str] = []
    view._leave_now = lambda: left.append("left")
    assert until(hands, lambda: view.buttons["leave"].enabled)
    hands.tap_on(view.buttons["leave"])
    assert "pas encore enregistrés" in view.headline.shown[1] and not left
    view._leaving = -100.0
    stick.mkdir()
    hands.frames(round(60 * session_app.RETRY) + 10)
    assert until(hands, lambda: view.note.startswith("Résultats enregistrés"))
    assert [path.name for path in stick.iterdir()] == [f"resultats-{NAME}.csv"]
    hands.tap_on(view.buttons["leave"])
    assert left == ["left"]
    hands.app.on_stop()  # by the button, and once more at the end of `run`: the window of this test says it then


def test_ending_changes_no_result(window: Any, tmp_path: Path) -> None:
    """A workshop that begins with a question: what was right on its first page still is when everything was wiped from the tablet."""
    from mediation_apps.runtime.archive import ZipFiles
    from mediation_apps.runtime.pack import read_pack
    from mediation_apps.runtime.template import new_files
    from mediation_apps.runtime.ui.session_app import JoinApp
    from tests.mediation_apps.building import zipped

    files = {name: text.encode() for name, text in new_files("Essai", "essai").items() if not name.startswith("activities/")}
    files["activities/a.toml"] = b'type = "truefalse"\nquestion = "Oui ?"\ncorrect = true\n'
    pack = read_pack(ZipFiles(zipped(files)))
    with Leader(Room("4207", "essai", 7, 1, RUNNING), "127.0.0.1") as leader:
        hands = window(lambda: JoinApp(lambda _name: pack, Found("Essai", "127.0.0.1", leader.port, "essai")))
        assert until(hands, lambda: hands.app.view.session is not None)
        hands.type("4207", settle=False)
        assert until(hands, lambda: hands.app.player is not None)
        player = hands.app.player
        hands.tap_on(player.page.task.tiles["choice:0"])
        hands.tap_on(player.bar.verbs[0])
        right = (Result(0, 1, 1, True),)
        assert until(hands, lambda: leader.room.tablets[0].results == right)
        leader.order(ENDED)
        assert until(hands, lambda: player.veil is not None)
        hands.frames(10)
        time.sleep(0.3)
        assert leader.room.tablets[0].results == right and not player.run.state.chosen


def test_who_needs_help_is_said_in_words(window: Any) -> None:
    """Stuck, away and finished tablets differ by sign and by words, and the sentence counts them."""
    from mediation_apps.runtime.session.room import Result, Tablet
    from mediation_apps.runtime.ui.lead_tiles import AWAY, FINISHED, HELP, OK, headline, status

    results = tuple(Result(page, 1, 1, True) for page in range(3))
    tablets = (
        Tablet("a" * 9, "Thym", True, 100.0, 100.0),
        Tablet("b" * 9, "Sauge", True, 100.0, 100.0 - STUCK - 31),
        Tablet("c" * 9, "Iris", False, 40.0, 40.0),
        Tablet("d" * 9, "Aigle", True, 100.0, 0.0, results=results),
    )
    room = Room("1", "x", 0, 3, RUNNING, tablets=tablets)
    assert [status(room, tablet, 100.0) for tablet in tablets] == [
        (OK, "Page 1 sur 3 · 0 faite"),
        (HELP, "À voir : rien depuis 2 min"),
        (AWAY, "Injoignable depuis 60 s"),
        (FINISHED, "A tout fini"),
    ]
    assert headline(room, 100.0) == "3 tablettes, 1 à voir, 1 injoignable, 1 a fini"
    assert headline(replace(room, phase=FROZEN), 100.0).startswith("Figé : 3 tablettes, ")


def test_participant_joins_by_code_plays_obeys_and_forgets(window: Any) -> None:
    """A wrong code is told, the right one opens the workshop; what is answered arrives as points; freeze covers, end forgets."""
    from mediation_apps.runtime.ui.session_app import JoinApp
    from mediation_apps.runtime.ui.writing import Writing

    pack = shipped_pack(NAME)
    with Leader(Room("4207", NAME, 7, len(pages(pack.activities, 7))), "127.0.0.1") as leader:
        hands = window(lambda: JoinApp(named, Found("Essai", "127.0.0.1", leader.port, NAME)))
        app = hands.app
        assert until(hands, lambda: app.view.session is not None)
        hands.type("0000", settle=False)
        assert until(hands, lambda: "bon code" in app.view.where.words)
        hands.type("4207", settle=False)
        assert until(hands, lambda: app.player is not None)
        player: Any = app.player
        assert isinstance(player, Writing) and player.veil is not None, "waits behind a curtain for the start"
        leader.order(RUNNING, 2)
        assert until(hands, lambda: player.veil is None and player.run.at == 2)
        hands.tap_on(player.page.task.tiles["choice:0"])
        hands.tap_on(player.bar.verbs[0])
        assert until(hands, lambda: Result(2, 1, 1, True) in leader.room.tablets[0].results)
        leader.order(FROZEN)
        assert until(hands, lambda: player.veil is not None)
        hands.tap(*player.page.task.tiles["choice:1"].center)
        hands.key(13)
        assert player.run.state.chosen == {0}, "nothing passes the curtain"
        leader.order(ENDED)
        assert until(hands, lambda: player.run.at == 0 and all(state is None or not state.done for state in player.run.states))
        assert app.follower.state == JOINED


@pytest.mark.parametrize("by_key", [False, True])
def test_the_next_group_joins_on_the_same_tablet(window: Any, by_key: bool) -> None:
    """After the end one button leads back to the way in, by touch and by keys; nothing of the first session is left, comforts included."""
    from kiosk.ui.theme import look
    from mediation_apps.runtime.ui.join_view import JoinView
    from mediation_apps.runtime.ui.session_app import JoinApp

    pack = shipped_pack(NAME)
    rooms = [Room("4207", NAME, 7, len(pages(pack.activities, 7)), RUNNING) for _session in range(2)]
    with Leader(rooms[0], "127.0.0.1") as first, Leader(rooms[1], "127.0.0.1") as second:
        hands = window(lambda: JoinApp(named, Found("Essai", "127.0.0.1", first.port, NAME)))
        app = hands.app
        assert until(hands, lambda: app.view.session is not None)
        hands.type("4207", settle=False)
        assert until(hands, lambda: app.player is not None and app.player.veil is None)
        app.player.larger_text()
        first.order(ENDED)
        assert until(hands, lambda: app.player.veil is not None)
        gone, line = app.player, app.follower
        app._direct = Found("Suite", "127.0.0.1", second.port, NAME)
        if by_key:
            hands.key(9)
            hands.key(13)
        else:
            hands.tap_on(gone.veil.children[0])
        assert until(hands, lambda: isinstance(app.view, JoinView) and app.view.session is not None)
        assert app.player is None and app._last is None and look().text == 1.0
        assert not line._thread.is_alive()
        hands.type("4207", settle=False)
        assert until(hands, lambda: app.player is not None and app.player.veil is None), "the end of the first session is not obeyed here"
        assert app.player is not gone and len(second.room.tablets) == 1


@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "Info", "", "a" * 90, "absent"])
def test_what_the_other_tablet_names_is_never_a_path(name: str) -> None:
    """Only a workshop that is shipped or installed can be named."""
    with pytest.raises(NotFound):
        named(name)


def test_one_tablets_answer_is_projected_from_its_gestures(window: Any) -> None:
    """Touching a tile asks that tablet alone; the page appears as it stands there, follows it, and closes without a trace."""
    from mediation_apps.runtime.play.base import Press
    from mediation_apps.runtime.session.link import write_log
    from mediation_apps.runtime.session.results import save_to
    from mediation_apps.runtime.session.wire import Ask
    from mediation_apps.runtime.ui.session_app import LeadApp

    pack = shipped_pack(NAME)
    laid_out = pages(pack.activities, 7)
    at = next(n for n, page in enumerate(laid_out) if page.title == "La piscine")
    hands = window(lambda: LeadApp(pack, Room("4207", NAME, 7, len(laid_out)), 0, save_to(None, NAME), ["127.0.0.1"]))
    view, leader = hands.app.view, hands.app.leader
    answers = {0: (Press("choice:1"),), 1: (Press("choice:0"), Press("check"))}
    asked: list[int] = []

    def told(number: int, message: Any, line: list[Follower]) -> None:
        if isinstance(message, Ask):
            asked.append(number)
            line[0].show(at, write_log(answers[number]))

    holders: list[list[Follower]] = [[], []]
    for number, holder in enumerate(holders):
        holder.append(Follower("127.0.0.1", leader.port, "4207", lambda m, n=number, h=holder: told(n, m, h)))  # type: ignore[misc]
        holder[0].start()
        assert until(hands, lambda number=number: len(view.tiles) == number + 1)  # type: ignore[misc]
    try:
        leader.order(RUNNING)
        hands.tap_on(view.tiles[holders[1][0].token])
        assert until(hands, lambda: view.projection is not None)
        assert asked == [1] and view.projection.run.page.title == "La piscine"
        assert [tile.mark for tile in view.projection.page.task.tiles.values()] == ["right", ""]
        hands.tap_on(view.projection.page.task.tiles["choice:1"])
        assert view.projection.run.state.chosen == {0}, "a picture, not an answer sheet"
        answers[1] = (Press("choice:1"), Press("check"))
        hands.frames(150)
        assert until(hands, lambda: view.projection.run.state.chosen == {1})
        hands.tap_on(view.projection.button)
        assert view.projection is None
    finally:
        for holder in holders:
            holder[0].stop()


def test_gestures_come_back_as_they_went_and_noise_falls_away() -> None:
    """A log done again gives the same state; anything else in it is ignored; too long a log is not sent."""
    from mediation_apps.runtime.flow import Run
    from mediation_apps.runtime.play.base import Drop, Press, Write
    from mediation_apps.runtime.session.link import read_log, replay, write_log

    gestures = (Press("a"), Drop("b", "c"), Write("d", 'l’été ; "\\'))
    assert read_log(write_log(gestures)) == gestures
    assert write_log((Write("gap:0", "x" * 9000),)) == ""
    assert read_log('[["p"],["p",1],["x","y"],7,["w","a","b","c"]]') == () == read_log("{") == read_log('{"a":1}')
    run = Run.begin(pages(shipped_pack(NAME).activities, 7), 7)
    assert replay(run, 99, "").at == 0 and replay(run, 2, '[["p","choice:0"]]').state.chosen == {0}  # type: ignore[union-attr]


def session_of(window: Any, tmp_path: Path, pack: Any) -> Any:
    from mediation_apps.runtime.session.results import save_to
    from mediation_apps.runtime.ui.session_app import LeadApp

    room = Room("4207", pack.manifest.identifier, 7, len(pages(pack.activities, 7)))
    return window(lambda: LeadApp(pack, room, 0, save_to(None, "x"), ["127.0.0.1"]))


def unknown(_identifier: str) -> Any:
    raise NotFound("absent")


def test_a_photographed_code_joins_and_the_lacking_workshop_comes(window: Any, tmp_path: Path) -> None:
    """The tablet knows neither session nor workshop: a scanner types the code, the workshop arrives, the first page opens."""
    from mediation_apps.runtime.session.parcel import Inbox
    from mediation_apps.runtime.ui.session_app import JoinApp

    pack = shipped_pack(NAME)
    leads = session_of(window, tmp_path, pack)
    shown = leads.app.view.panel.code
    assert shown.text == leads.app.invitation.text and leads.app.view.panel.parent is not None
    joins = window(lambda: JoinApp(unknown, interfaces=["127.0.0.1"], inbox=Inbox(tmp_path)))
    for sign in shown.text:
        joins.app.view.on_text(sign)
    joins.app.view.on_key(13, [])
    assert until(joins, lambda: joins.app.player is not None)
    assert joins.app.player.pack.manifest == pack.manifest and joins.app.player.veil is not None
    assert [path.name for path in (tmp_path / "received").iterdir()] == [f"{leads.app.parcel.digest}.zip"]
    assert until(joins, lambda: leads.app.view.panel.parent is None), "the grid takes the place of the code"
    leads.app.leader.order(RUNNING, 1)
    assert until(joins, lambda: joins.app.player.run.at == 1)


def test_a_tablet_that_shows_its_code_is_invited_by_the_facilitators_scanner(window: Any, tmp_path: Path) -> None:
    """The tablet's own code, scanned on the facilitator's screen, brings it in; any other code is told."""
    from mediation_apps.runtime.ui.session_app import JoinApp

    leads = session_of(window, tmp_path, shipped_pack(NAME))
    joins = window(lambda: JoinApp(named, interfaces=["127.0.0.1"]))
    for words in ("9782070612758", joins.app.view.panel.code.text):
        for sign in words:
            leads.app.view.on_text(sign)
        leads.app.view.on_key(13, [])
        if words.isdecimal():
            assert "pas le code d’une tablette" in leads.app.view.headline.shown[1]
    assert until(joins, lambda: joins.app.player is not None)
    assert until(joins, lambda: len(leads.app.view.tiles) == 1)


def test_a_changed_workshop_on_the_facilitators_tablet_wins_without_replacing_the_own_one(window: Any, tmp_path: Path) -> None:
    """Same name, other questions: the participant plays the facilitator's; what was installed stays as it was."""
    from mediation_apps.runtime.archive import ZipFiles
    from mediation_apps.runtime.pack import read_pack
    from mediation_apps.runtime.session.parcel import Inbox
    from mediation_apps.runtime.store import PackStore
    from mediation_apps.runtime.template import new_files
    from mediation_apps.runtime.ui.session_app import JoinApp
    from tests.mediation_apps.building import zipped

    files = {name: text.encode() for name, text in new_files("Essai", "essai").items()}
    (tmp_path / "own.zip").write_bytes(zipped(files))
    store = PackStore(tmp_path / "packs")
    store.install(tmp_path / "own.zip")
    before = (tmp_path / "packs" / "essai.zip").read_bytes()
    changed = read_pack(ZipFiles(zipped(files | {"activities/01-accueil.md": b"# Autre accueil\n\nBonjour."})))
    leads = session_of(window, tmp_path, changed)
    joins = window(lambda: JoinApp(store.open, interfaces=["127.0.0.1"], inbox=Inbox(tmp_path / "packs")))
    joins.app.view.invited(leads.app.invitation)
    assert until(joins, lambda: joins.app.player is not None)
    assert joins.app.player.run.page.title == "Autre accueil"
    assert (tmp_path / "packs" / "essai.zip").read_bytes() == before and store.names() == ("essai",)


def test_an_address_is_typed_on_the_screens_own_keyboard(window: Any, tmp_path: Path) -> None:
    """ "Code long" brings letters, signs and digits; an incomplete code is told; the right one joins."""
    from mediation_apps.runtime.ui.session_app import JoinApp

    leads = session_of(window, tmp_path, shipped_pack(NAME))
    joins = window(lambda: JoinApp(named, interfaces=["127.0.0.1"]))
    view = joins.app.view
    joins.tap_on(view.letters)
    joins.frames(3)
    for words, good in (("192.168", False), (leads.app.invitation.short, True)):
        for sign in words:
            view.pad.dispatch("on_text", sign)
        view.pad.dispatch("on_enter")
        assert good or "pas complet" in view.where.words
    assert until(joins, lambda: joins.app.player is not None)


@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (1080, 1920)])
def test_codes_can_be_read_from_the_screens_they_are_shown_on(window: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    """An independent reader finds the text in the pixels, on the facilitator's screen and on a tablet's."""
    from kivy.core.window import Window
    from PIL import Image

    from mediation_apps.runtime.ui.session_app import JoinApp

    zxing = pytest.importorskip("zxingcpp")
    leads = session_of(window, tmp_path, shipped_pack(NAME))
    joins = None
    for hands in (leads, joins):
        if hands is None:
            Window.remove_widget(leads.app.root)
            hands = window(lambda: JoinApp(named, interfaces=["127.0.0.1"]))
        Window.size = size
        hands.drawing = True
        hands.frames(4)
        if hands is not leads:
            hands.tap_on(hands.app.view.shown)
        hands.frames(4)
        picture = Image.open(hands.picture(tmp_path / "code.png"))
        read = zxing.read_barcodes(picture)
        assert [found.text for found in read] == [hands.app.view.panel.code.text]
    Window.add_widget(leads.app.root)
    Window.size = (1280, 800)
