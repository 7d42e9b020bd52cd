"""Guarantees: a step sounds on its exact sample, whatever the size of the blocks asked for; the sum never clips. No clock, no device."""

from __future__ import annotations

import io
import wave

import numpy as np

from mediation_apps.runtime.sound.pattern import STEPS, Pattern
from mediation_apps.runtime.sound.voices import RATE, Bank, Samples

MOST = 24  # voices at once; beyond, the oldest stops
EXPORT_LOOPS = 4


class Mixer:
    """Renders what is played: steps of a piece and hits of fingers."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._sounding: list[tuple[Samples, int]] = []  # samples, position of the next one
        self.pattern: Pattern | None = None
        self.playing = False
        self._step = 0
        self._until = 0.0  # samples until the next step; a fraction is carried over, so that the tempo is exact

    @property
    def idle(self) -> bool:
        """Whether there is nothing but silence to come."""
        return not self.playing and not self._sounding

    def play(self) -> None:
        """Begin at the first step."""
        self.playing, self._step, self._until = self.pattern is not None, 0, 0.0

    def stop(self) -> None:
        """No more steps; what sounds fades by itself."""
        self.playing = False

    def hit(self, name: str) -> None:
        """Sound a voice from the next sample on."""
        self._sounding = [*self._sounding[-(MOST - 1) :], (self._bank[name], 0)]

    def render(self, frames: int) -> tuple[Samples, list[int]]:
        """The next samples, and the steps that begin in them."""
        out = np.zeros(frames, dtype=np.float32)
        done, begun = 0, []
        while done < frames:
            if self.playing and self._until < 1:
                begun.append(self._begin_step())
            length = min(frames - done, int(self._until)) if self.playing else frames - done
            self._mix(out[done : done + length])
            done += length
            self._until -= length if self.playing else 0
        return np.tanh(out), begun

    def _begin_step(self) -> int:
        step, pattern = self._step, self.pattern
        if pattern is not None:
            for lane, (voice, _steps) in enumerate(pattern.lanes):
                if pattern.on(lane, step):
                    self.hit(voice)
            self._until += pattern.step_seconds * RATE
        self._step = (step + 1) % STEPS
        return step

    def _mix(self, out: Samples) -> None:
        left = []
        for samples, at in self._sounding:
            part = samples[at : at + len(out)]
            out[: len(part)] += part
            if at + len(out) < len(samples):
                left.append((samples, at + len(out)))
        self._sounding = left


def pcm(samples: Samples) -> bytes:
    """Signed 16-bit little-endian samples."""
    return (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()


def render_pattern(pattern: Pattern, loops: int = EXPORT_LOOPS, bank: Bank | None = None) -> Samples:
    """A piece played `loops` times, with the last sounds left to fade."""
    mixer = Mixer(bank or Bank())
    mixer.pattern = pattern
    mixer.play()
    parts = [mixer.render(round(pattern.step_seconds * RATE * STEPS * loops))[0]]
    mixer.stop()
    while not mixer.idle:
        parts.append(mixer.render(RATE // 10)[0])
    return np.concatenate(parts)


def wav_bytes(pattern: Pattern, loops: int = EXPORT_LOOPS) -> bytes:
    """A piece as a WAV file that any telephone plays: one channel, 16 bits, 48 kHz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm(render_pattern(pattern, loops)))
    return out.getvalue()
