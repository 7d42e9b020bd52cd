"""The voice, with a real process in the place of espeak-ng: a script that writes what it hears, slowly."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.ui.speech import Speech, dispatcher, espeak, find_speech

SCRIPT = """#!/bin/sh
words=$(cat)
echo "begin $words" >> "$1"
i=0
while [ $i -lt 100 ]; do sleep 0.02; i=$((i+1)); echo tick >> "$1.ticks"; done
echo "end $words" >> "$1"
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the script writes."""
    return tmp_path / "said"


@pytest.fixture
def voice(tmp_path: Path, log: Path) -> Iterator[Speech]:
    """A voice that speaks for two seconds."""
    script = tmp_path / "voice.sh"
    script.write_text(SCRIPT)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    speech = Speech(lambda _language, _volume: (str(script), str(log)))
    yield speech
    speech.close()
    assert not [t for t in threading.enumerate() if t.name == "voice"], "no thread is left"


def until(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def said(log: Path) -> list[str]:
    """Lines written so far."""
    return log.read_text().splitlines() if log.exists() else []


def test_words_go_by_standard_input_and_say_returns_at_once(voice: Speech, log: Path) -> None:
    """The list of processes shows no word, and the caller waits for nothing."""
    start = time.monotonic()
    voice.say("Un mot très personnel")
    assert time.monotonic() - start < 0.5
    assert until(lambda: said(log) == ["begin Un mot très personnel"])
    shown = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if os.access(p, os.R_OK)]
    assert not any(b"personnel" in line for line in shown)


def test_a_new_sentence_interrupts_and_stop_silences(voice: Speech, log: Path) -> None:
    """The first is never finished, the second is begun; stop ends it."""
    voice.say("premier")
    assert until(lambda: said(log) == ["begin premier"])
    voice.say("second")
    assert until(lambda: "begin second" in said(log))
    voice.stop()
    assert until(lambda: not voice.speaking)
    assert "end premier" not in said(log)
    assert "end second" not in said(log)


def test_paused_it_stands_still_and_goes_on(voice: Speech, log: Path) -> None:
    """A7: nothing is said while paused; then it goes on to the end."""
    ticks = log.with_name("said.ticks")
    voice.say("phrase")
    assert until(lambda: ticks.exists() and len(ticks.read_text()) > 20)
    voice.pause()
    assert voice.paused
    time.sleep(0.1)
    before = len(ticks.read_text())
    time.sleep(0.3)
    assert len(ticks.read_text()) == before
    voice.pause()
    assert until(lambda: "end phrase" in said(log))


def test_it_repeats_and_forgets(voice: Speech, log: Path) -> None:
    """The last sentence can be said again, until the visit is over."""
    voice.say("encore")
    assert until(lambda: said(log) == ["begin encore"])
    voice.repeat()
    assert until(lambda: said(log) == ["begin encore", "begin encore"])
    voice.forget()
    assert until(lambda: not voice.speaking)
    voice.repeat()
    time.sleep(0.1)
    assert said(log) == ["begin encore", "begin encore"]


def test_a_voice_that_cannot_start_is_silence() -> None:
    """A missing program is no error."""
    speech = Speech(lambda _language, _volume: ("/nonexistent/voice",))
    speech.say("rien")
    assert until(lambda: not speech.speaking)
    speech.close()


def test_without_a_program_there_is_no_voice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No espeak-ng, no speech-dispatcher: the button is not shown."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_speech() is None


def test_commands_stay_within_their_programs_bounds() -> None:
    """Volumes of any setting are within what each program takes, and no word is ever an argument."""
    assert espeak("fr", 70) == ("espeak-ng", "-v", "fr", "-a", "140", "--stdin")
    assert "200" in espeak("fr", 1000)
    assert dispatcher("en", 50) == ("spd-say", "-l", "en", "-i", "0", "-w", "-e")
