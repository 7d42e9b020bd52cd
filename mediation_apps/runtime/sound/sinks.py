"""Where samples go: the sound card through ALSA's own library, else a program that takes them on a pipe, else nowhere.

Why ALSA's library first: it is on every Debian (PipeWire and PulseAudio answer behind its "default" device), it needs no program to
be installed, and its buffer is ours to choose, so that a finger is heard within some 40 ms. Only the child process opens it: a card
that hangs while it is opened (kivy#9023) hangs nothing else.

Guarantees: `write` paces the caller, also without a card; a card unplugged while playing raises `SinkGone`, nothing else.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import subprocess
import time
from typing import Protocol

from mediation_apps.runtime.sound.voices import RATE

BUFFER = 0.03  # seconds of sound ahead of the card
PIPE_PROGRAMS = (
    ("pacat", ("--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=30")),
    ("aplay", ("-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1", "--buffer-time=40000")),
)
_S16_LE, _INTERLEAVED, _PLAYBACK = 2, 3, 0  # alsa/pcm.h


class SinkGone(Exception):
    """The card or the program does not take samples any more."""


class Sink(Protocol):
    """Takes samples at the pace of the sound."""

    name: str

    def write(self, data: bytes) -> None:
        """Take samples (S16_LE, one channel); returns when there is room for the next ones."""
        ...

    def delay(self) -> float:
        """Seconds until what is written next is heard."""
        ...

    def rest(self) -> None:
        """Nothing will come for a while."""
        ...

    def close(self) -> None:
        """Let go of the card."""
        ...


class SilentSink:
    """Keeps time without a sound: the grid still lights in rhythm."""

    name = "silent"

    def __init__(self) -> None:
        self._due = time.monotonic()

    def write(self, data: bytes) -> None:
        """Sleep as long as the samples would last."""
        now = time.monotonic()
        self._due = max(self._due, now - BUFFER) + len(data) / 2 / RATE
        time.sleep(max(0.0, self._due - now - BUFFER))

    def delay(self) -> float:
        """As far as it is ahead."""
        return max(0.0, self._due - time.monotonic())

    def rest(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


class AlsaSink:
    """ALSA's own library, by ctypes. `device` as in asound.conf; `OSError` when it cannot be opened."""

    name = "alsa"

    def __init__(self, device: str = "default") -> None:
        self._lib = ctypes.CDLL("libasound.so.2")
        for name in ("snd_pcm_writei", "snd_pcm_recover", "snd_pcm_delay"):
            getattr(self._lib, name).restype = ctypes.c_long
        self._pcm = ctypes.c_void_p()
        if self._lib.snd_pcm_open(ctypes.byref(self._pcm), device.encode(), _PLAYBACK, 0) < 0:
            raise OSError(f"no sound card answers to {device}")
        latency = ctypes.c_uint(round(BUFFER * 1_000_000))  # microseconds
        if self._lib.snd_pcm_set_params(self._pcm, _S16_LE, _INTERLEAVED, 1, RATE, 1, latency) < 0:
            self.close()
            raise OSError("the sound card takes no such samples")

    def write(self, data: bytes) -> None:
        """Hand the samples to the card; a gap (the machine was busy) is mended by ALSA itself."""
        at, total = 0, len(data) // 2
        while at < total:
            part = data[2 * at :]
            taken = self._lib.snd_pcm_writei(self._pcm, part, ctypes.c_ulong(total - at))
            if taken < 0 and self._lib.snd_pcm_recover(self._pcm, ctypes.c_int(taken), 1) < 0:
                raise SinkGone
            at += max(0, taken)

    def delay(self) -> float:
        """What the card says."""
        frames = ctypes.c_long(0)
        return max(0, frames.value) / RATE if self._lib.snd_pcm_delay(self._pcm, ctypes.byref(frames)) == 0 else BUFFER

    def rest(self) -> None:
        """Stop the card: it wakes nobody while nothing sounds."""
        self._lib.snd_pcm_drop(self._pcm)
        self._lib.snd_pcm_prepare(self._pcm)

    def close(self) -> None:
        """Let go of the card."""
        if self._pcm:
            self._lib.snd_pcm_close(self._pcm)
            self._pcm = ctypes.c_void_p()


class PipeSink:
    """A program of the system that takes samples on its standard input; its pipe is one page, so that little waits in it."""

    def __init__(self, program: str, options: tuple[str, ...]) -> None:
        self.name = program
        self._program = subprocess.Popen(
            (program, *options), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0
        )
        assert self._program.stdin is not None
        fcntl.fcntl(self._program.stdin, fcntl.F_SETPIPE_SZ, 4096)
        time.sleep(0.25)  # one that finds no card ends at once
        if self._program.poll() is not None:
            raise OSError(f"{program} found no sound card")

    def write(self, data: bytes) -> None:
        """Fill the pipe."""
        assert self._program.stdin is not None
        try:
            self._program.stdin.write(data)
        except OSError as e:
            raise SinkGone from e

    def delay(self) -> float:
        """The page of the pipe and the program's buffer."""
        return 4096 / 2 / RATE + BUFFER

    def rest(self) -> None:
        """It goes on by itself."""

    def close(self) -> None:
        """End it."""
        self._program.kill()
        self._program.wait()


def open_sink(wanted: str = "") -> Sink:
    """The first that works. `wanted`: an ALSA device, or "silent"; empty for `$COLPORTEUR_SOUND`, else the machine's own."""
    wanted = wanted or os.environ.get("COLPORTEUR_SOUND", "default")
    if wanted == "silent":
        return SilentSink()
    try:
        return AlsaSink(wanted)
    except (OSError, AttributeError):
        pass
    for program, options in PIPE_PROGRAMS:
        if shutil.which(program):
            try:
                return PipeSink(program, options)
            except OSError:
                continue
    return SilentSink()
