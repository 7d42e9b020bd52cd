"""Guarantees: every sound is computed, none is a recording; the same name gives the same samples on every machine.

Samples are float32, one channel, at `RATE`, between −1 and 1, at most `LONGEST` seconds, and end in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000  # samples a second: what tablets' sound cards run at, so that nothing is resampled
LONGEST = 2.6  # seconds
Samples: TypeAlias = NDArray[np.float32]
Wave: TypeAlias = NDArray[np.float64]


def _time(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _noise(seconds: float, seed: int, low: float = 0.0, high: float = RATE / 2) -> Wave:
    """White noise between two frequencies in Hz, with soft edges."""
    white = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    spectrum = np.fft.rfft(white)
    at = np.fft.rfftfreq(len(white), 1 / RATE)
    band = 1 / (1 + (low / np.maximum(at, 1.0)) ** 6) / (1 + (at / high) ** 6)
    shaped = np.fft.irfft(spectrum * band, len(white))
    return np.asarray(shaped / max(float(np.max(np.abs(shaped))), 1e-9))


def _tone(frequency: Wave | float, time: Wave) -> Wave:
    """A sine whose frequency may change."""
    turns = np.cumsum(np.broadcast_to(frequency, time.shape)) / RATE
    return np.asarray(np.sin(2 * np.pi * turns))


def _partials(time: Wave, base: float, parts: tuple[tuple[float, float, float], ...]) -> Wave:
    """Sum of (multiple of the base, level, seconds to fade to a third)."""
    return np.asarray(sum(level * np.sin(2 * np.pi * base * many * time) * np.exp(-time / fade) for many, level, fade in parts))


def _kick() -> Wave:
    time = _time(0.45)
    return _tone(46 + 130 * np.exp(-time / 0.028), time) * np.exp(-time / 0.13) + 0.25 * _noise(0.45, 1, 0, 2500) * np.exp(-time / 0.004)


def _snare() -> Wave:
    time = _time(0.3)
    return 0.6 * _noise(0.3, 2, 900, 11_000) * np.exp(-time / 0.06) + 0.5 * _tone(185 + 60 * np.exp(-time / 0.01), time) * np.exp(
        -time / 0.05
    )


def _hat() -> Wave:
    time = _time(0.14)
    return _noise(0.14, 3, 6500, 16_000) * np.exp(-time / 0.022)


def _clap() -> Wave:
    time = _time(0.32)
    bursts = sum(np.where(time >= start, np.exp(-(time - start) / fade), 0) for start, fade in ((0, 0.006), (0.012, 0.006), (0.025, 0.05)))
    return np.asarray(_noise(0.32, 4, 700, 4200) * bursts)


def _tom() -> Wave:
    time = _time(0.5)
    return _tone(105 + 70 * np.exp(-time / 0.06), time) * np.exp(-time / 0.14) + 0.15 * _noise(0.5, 5, 100, 1500) * np.exp(-time / 0.02)


def _long_drum() -> Wave:
    time = _time(0.9)
    skin = _partials(time, 82, ((1, 1, 0.24), (1.59, 0.5, 0.15), (2.14, 0.3, 0.1), (2.65, 0.15, 0.07)))
    return skin + 0.3 * _noise(0.9, 6, 60, 900) * np.exp(-time / 0.03)


def _block() -> Wave:
    return _partials(_time(0.16), 1150, ((1, 1, 0.022), (1.51, 0.5, 0.014), (2.7, 0.2, 0.006)))


def _bass(hertz: float) -> Wave:
    """Rich in partials: a tablet's speaker gives little below 200 Hz."""
    time = _time(0.8)
    string = _partials(time, hertz, tuple((many, many**-0.5, 0.5 / many**0.6) for many in range(1, 10)))
    return string * np.minimum(time / 0.004, 1)


def _mallet(hertz: float) -> Wave:
    time = _time(0.9)
    return _partials(time, hertz, ((1, 1, 0.2), (3.93, 0.32, 0.05), (9.24, 0.1, 0.02))) * np.minimum(time / 0.001, 1)


def _fife() -> Wave:
    time = _time(0.5)
    pitch = 1174.7 * (1 + 0.006 * np.sin(2 * np.pi * 5.5 * time))
    breath = 0.12 * _noise(0.5, 7, 1000, 6000)
    shape = np.minimum(time / 0.03, 1) * np.clip((0.5 - time) / 0.12, 0, 1)
    return np.asarray((_tone(pitch, time) + 0.22 * _tone(2 * pitch, time) + breath) * shape)


def _wind() -> Wave:
    time = _time(2.5)
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 0.8 * time - 1.2)
    whistle = _tone(520 + 160 * np.sin(2 * np.pi * 0.8 * time - 1.2), time) * 0.10
    return np.asarray((_noise(2.5, 8, 150, 900) * swell + whistle * swell) * np.sin(np.pi * time / 2.5) ** 0.5)


def _cicadas() -> Wave:
    time = _time(2.0)
    rasp = np.clip(np.sin(2 * np.pi * 78 * time), 0, 1) ** 2 * (0.6 + 0.4 * np.sin(2 * np.pi * 6 * time))
    return np.asarray((_noise(2.0, 9, 3800, 6200) + 0.4 * _tone(4700.0, time)) * rasp * np.sin(np.pi * time / 2.0) ** 0.4)


def _goat_bells() -> Wave:
    time = _time(1.4)
    out = np.zeros_like(time)
    for start, base in ((0.0, 640.0), (0.23, 760.0), (0.41, 585.0), (0.72, 705.0)):
        late = np.maximum(time - start, 0)
        out += np.where(time >= start, _partials(late, base, ((1, 0.7, 0.16), (2.31, 0.5, 0.1), (3.87, 0.35, 0.06), (5.2, 0.2, 0.04))), 0)
    return out


def _rain() -> Wave:
    time = _time(2.2)
    chance = np.random.default_rng(10)
    out = 0.12 * _noise(2.2, 11, 2500, 9000)
    for start in chance.uniform(0, 2.1, 110):
        at = round(float(start) * RATE)
        drop = _partials(_time(0.03), float(chance.uniform(1800, 5200)), ((1, float(chance.uniform(0.2, 0.9)), 0.005),))
        out[at : at + len(drop)] += drop[: len(out) - at]
    return np.asarray(out * np.sin(np.pi * time / 2.2) ** 0.4)


def _river() -> Wave:
    time = _time(2.4)
    bubbling = 0.6 + 0.4 * _noise(2.4, 12, 0.5, 9)
    return np.asarray(_noise(2.4, 13, 350, 2600) * bubbling * np.sin(np.pi * time / 2.4) ** 0.4)


def _thunder() -> Wave:
    time = _time(2.5)
    rolling = np.exp(-time / 0.7) * (0.6 + 0.4 * _noise(2.5, 14, 0.5, 7))
    return np.asarray(_noise(2.5, 15, 25, 220) * rolling + 0.5 * _noise(2.5, 16, 200, 3000) * np.exp(-time / 0.05))


def _steps() -> Wave:
    time = _time(0.7)
    first, second = (np.where(time >= start, np.exp(-np.maximum(time - start, 0) / 0.03), 0) for start in (0.0, 0.34))
    return np.asarray(_noise(0.7, 17, 60, 700) * (first + 0.8 * second))


def _owl() -> Wave:
    time = _time(1.3)
    out = np.zeros_like(time)
    for start, lasts in ((0.0, 0.3), (0.5, 0.75)):
        late = np.clip((time - start) / lasts, 0, 1)
        out += _tone(430 - 50 * late, time) * np.sin(np.pi * late) ** 0.7
    return out + 0.1 * np.sign(out) * out**2


def _bell() -> Wave:
    parts = ((0.5, 0.5, 1.1), (1, 1, 0.8), (1.19, 0.6, 0.7), (1.5, 0.35, 0.5), (2, 0.5, 0.4), (2.74, 0.25, 0.25), (3.76, 0.15, 0.15))
    return _partials(_time(2.5), 392, parts)


MAKERS: Mapping[str, Callable[[], Wave]] = MappingProxyType(
    {
        "grosse-caisse": _kick,
        "caisse-claire": _snare,
        "charley": _hat,
        "claquement": _clap,
        "tom": _tom,
        "tambourin": _long_drum,
        "bois": _block,
        "basse-re": partial(_bass, 73.42),
        "basse-la": partial(_bass, 110.0),
        "xylo-re": partial(_mallet, 587.33),
        "xylo-mi": partial(_mallet, 659.26),
        "xylo-sol": partial(_mallet, 783.99),
        "xylo-la": partial(_mallet, 880.0),
        "galoubet": _fife,
        "mistral": _wind,
        "cigales": _cicadas,
        "sonnailles": _goat_bells,
        "pluie": _rain,
        "riviere": _river,
        "tonnerre": _thunder,
        "pas": _steps,
        "chouette": _owl,
        "cloche": _bell,
    }
)
LEVELS = {"charley": 0.35, "cigales": 0.3, "pluie": 0.45, "riviere": 0.45, "mistral": 0.6, "galoubet": 0.45, "bois": 0.55}


def synthesise(name: str) -> Samples:
    """The samples of a voice; its peak follows its level, its last 8 ms fade out."""
    wave = MAKERS[name]()
    wave = wave * (LEVELS.get(name, 0.75) / max(float(np.max(np.abs(wave))), 1e-9))
    tail = min(len(wave), round(0.008 * RATE))
    wave[-tail:] *= np.linspace(1, 0, tail)
    return np.asarray(wave, dtype=np.float32)


class Bank:
    """Voices computed once each, when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Samples] = {}

    def __getitem__(self, name: str) -> Samples:
        if name not in self._made:
            self._made[name] = synthesise(name)
        return self._made[name]
