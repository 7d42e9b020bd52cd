"""Progress: one line a device on a terminal, plain lines elsewhere, nothing that drives the terminal."""

from __future__ import annotations

import io
import threading

from fleet.cli.live import Live
from fleet.cli.operating import exit_code
from fleet.operations.outcome import End, Outcome, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_a_device_and_no_thread_is_left() -> None:
    """Drawn again in place; the last drawing is the end."""
    err, before = Terminal(), threading.active_count()
    with Live({"a": "Tablette A", "b": "Tablette B"}, err) as live:
        live.report(Progress("a", "content", 3, 6, 50, 100))
        live.report(Progress("b", "waiting", 3, 6, note="Tablette B\x1b[2J ne répond pas."))
        live.report(Progress("a", "end", note="clean"))
    assert threading.active_count() <= before
    last = err.getvalue().rsplit("\x1b[2KTablette A", 1)[1]
    assert "propre, prouvé" in last and last.count("\n") == 2
    assert "\x1b[2J" not in err.getvalue()


def test_elsewhere_each_news_is_one_line() -> None:
    """The same news is not said twice; with --json nothing is said."""
    err = io.StringIO()
    with Live({"a": "A"}, err) as live:
        for done in (0, 10, 20):
            live.report(Progress("a", "content", 3, 6, done, 100))
        live.report(Progress("a", "end", note="not_clean"))
    assert [line.split(" : ")[-1].split("\u00a0: ")[-1] for line in err.getvalue().splitlines()] == ["contenu", "PAS propre"]
    quiet = io.StringIO()
    with Live({"a": "A"}, quiet, quiet=True) as live:
        live.report(Progress("a", "content"))
    assert quiet.getvalue() == ""


def test_the_gravest_end_is_the_exit_code() -> None:
    """9 another key, 8 not proved, 4 not reached, 0 all good."""
    cases = {(End.CLEAN, End.EQUAL): 0, (End.CLEAN, End.UNREACHABLE): 4, (End.UNREACHABLE, End.UNKNOWN): 8, (End.STOPPED, End.NOT_CLEAN): 9}
    for ends, code in cases.items():
        assert exit_code([Outcome("x", end) for end in ends]) == code
