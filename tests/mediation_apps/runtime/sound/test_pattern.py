"""A rhythm is a line of text and back; the sounds are computed, bounded, and always the same."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation_apps.runtime.sound.mixer import Mixer, pcm, render_pattern, wav_bytes
from mediation_apps.runtime.sound.pattern import FASTEST, SLOWEST, STEPS, VOICES, Pattern, read_pattern, read_steps
from mediation_apps.runtime.sound.voices import LONGEST, MAKERS, RATE, Bank, synthesise

BANK = Bank()
PATTERNS = st.builds(
    Pattern,
    st.lists(st.tuples(st.sampled_from(sorted(VOICES)), st.integers(0, 255)), min_size=1, max_size=4).map(tuple),
    st.integers(SLOWEST, FASTEST),
)


@settings(deadline=None)
@given(PATTERNS)
def test_a_rhythm_comes_back_from_its_line(pattern: Pattern) -> None:
    """What is put aside is taken up unchanged."""
    assert read_pattern(pattern.line()) == pattern


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_other_line_gives_nothing_or_a_rhythm(line: str) -> None:
    """A hostile log of gestures never raises."""
    found = read_pattern(line)
    assert found is None or read_pattern(found.line()) == found


@settings(deadline=None)
@given(PATTERNS, st.integers(0, 3), st.integers(0, STEPS - 1))
def test_a_step_turned_on_and_off_leaves_the_others(pattern: Pattern, lane: int, step: int) -> None:
    """Only the step touched changes."""
    lane %= len(pattern.lanes)
    on = pattern.put(lane, step, True)
    assert on.on(lane, step) and on.count() - pattern.count() == (not pattern.on(lane, step))
    assert on.put(lane, step, pattern.on(lane, step)) == pattern


@pytest.mark.parametrize(("drawn", "steps"), [("x...x...", 0b10001), ("xx.. ..|..", 0b11), ("x..", None), ("x..y....", None)])
def test_steps_are_drawn_with_x_and_points(drawn: str, steps: int | None) -> None:
    """An author's drawing is eight signs, or refused."""
    assert read_steps(drawn) == steps


def test_every_voice_named_is_made_the_same_each_time_and_ends_in_silence() -> None:
    """No name without a sound, no sound without a name; nothing clips, clicks at its end, or differs from machine to machine's run."""
    assert set(VOICES) == set(MAKERS)
    for name in MAKERS:
        samples = BANK[name]
        assert np.array_equal(samples, synthesise(name)), name
        assert len(samples) <= LONGEST * RATE and np.isfinite(samples).all()
        assert 0.25 < float(np.max(np.abs(samples))) <= 0.8 and abs(float(samples[-1])) < 1e-3, name


def test_voices_can_be_told_apart() -> None:
    """Each sound has its own place in the spectrum: no two are nearly the same."""

    def print_of(name: str) -> np.ndarray:
        spectrum = np.abs(np.fft.rfft(BANK[name], 1 << 17)) ** 2
        bands = np.array([part.sum() for part in np.array_split(spectrum[: 1 << 15], 400)])
        return np.asarray(bands / np.linalg.norm(bands))

    prints = {name: print_of(name) for name in MAKERS}
    names = sorted(prints)
    alike = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :] if float(prints[a] @ prints[b]) > 0.97]
    assert alike == []


@settings(deadline=None)
@given(PATTERNS, st.lists(st.integers(1, 9_000), min_size=1, max_size=8))
def test_the_size_of_blocks_changes_no_sample(pattern: Pattern, blocks: list[int]) -> None:
    """A step sounds on its exact sample whether the card asks for much or little."""
    whole, parts = Mixer(BANK), Mixer(BANK)
    for mixer in (whole, parts):
        mixer.pattern = pattern
        mixer.play()
    expected, steps = whole.render(sum(blocks))
    pieces = [parts.render(block) for block in blocks]
    assert np.array_equal(np.concatenate([samples for samples, _begun in pieces]), expected)
    assert [step for _samples, begun in pieces for step in begun] == steps


def test_the_tempo_is_kept_over_a_minute() -> None:
    """Fractions of a sample are carried over: after 60 s at 97 there are as many steps as there should be."""
    mixer = Mixer(BANK)
    mixer.pattern = Pattern((("bois", 0),), 97)
    mixer.play()
    assert len(mixer.render(60 * RATE)[1]) == 194


def test_many_hits_at_once_do_not_clip() -> None:
    """Forty fingers on the loudest drum stay between −1 and 1."""
    mixer = Mixer(BANK)
    for _finger in range(40):
        mixer.hit("grosse-caisse")
    samples = mixer.render(RATE)[0]
    assert float(np.max(np.abs(samples))) <= 1 and len(pcm(samples)) == 2 * RATE
    assert mixer.idle


def test_a_wav_file_holds_the_rhythm_and_its_last_sound() -> None:
    """Any player reads it; it lasts the loops and the fading of the last voice."""
    pattern = Pattern((("cloche", 0b1000_0000),), 120)
    with wave.open(io.BytesIO(wav_bytes(pattern, 2))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        seconds = file.getnframes() / RATE
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    loop = 8 * pattern.step_seconds
    assert 2 * loop + 1 < seconds < 2 * loop + 3
    assert not samples[: round(0.9 * 7 * pattern.step_seconds * RATE)].any(), "silence before the last step"
    assert len(render_pattern(pattern, 1, BANK)) < len(samples)
