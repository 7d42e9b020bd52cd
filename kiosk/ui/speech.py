"""A voice of the kiosk's own, in another process: speech-dispatcher or espeak-ng, whichever is there.

Guarantees:
- the UI thread starts no process and waits for none (Kivy's audio waits for the sound device, kivy#9023);
- a new sentence interrupts the one before; it can be paused where it is, taken up again, said once more (36 CFR 1194.25);
- nothing said is logged or seen in a list of processes (the words go by standard input), and `forget` keeps no last sentence;
- no thread and no process is left when there is nothing to say.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable

LONGEST = 4_000  # characters of one utterance
GRACE = 0.3  # seconds a voice has to end when it is asked to


def espeak(language: str, volume: int) -> tuple[str, ...]:
    """Command of espeak-ng: amplitude 0 to 200, 100 its normal one."""
    return ("espeak-ng", "-v", language, "-a", str(max(0, min(200, volume * 2))), "--stdin")


def dispatcher(language: str, volume: int) -> tuple[str, ...]:
    """Command of speech-dispatcher: volume -100 to 100; it waits until everything was said."""
    return ("spd-say", "-l", language, "-i", str(max(-100, min(100, volume * 2 - 100))), "-w", "-e")


class Speech:
    """One voice. `volume` is in percent, `language` ISO 639-1; both count from the next sentence on. Used from the UI thread."""

    def __init__(self, command: Callable[[str, int], tuple[str, ...]], language: str = "fr", volume: int = 70) -> None:
        self.language, self.volume = language, volume
        self._command = command
        self._lock = threading.Lock()
        self._wanted: tuple[str, tuple[str, ...]] | None = None
        self._last = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._paused = False
        self._cut = False  # what is being said must end

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or is paused."""
        with self._lock:
            return self._thread is not None

    @property
    def paused(self) -> bool:
        """Whether it stands still in the middle of a sentence."""
        return self._paused

    def say(self, words: str) -> None:
        """Say the words, instead of what is being said."""
        words = words.strip()[:LONGEST]
        if not words:
            return
        with self._lock:
            self._last = words
            self._wanted = (words, self._command(self.language, self.volume))
            self._interrupt()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Be silent."""
        with self._lock:
            self._wanted = None
            self._interrupt()

    def pause(self) -> None:
        """Stand still, or go on from there."""
        with self._lock:
            if self._process is None:
                return
            self._paused = not self._paused
            self._signal(signal.SIGSTOP if self._paused else signal.SIGCONT)

    def repeat(self) -> None:
        """Say the last sentence once more."""
        if self._last:
            self.say(self._last)

    def forget(self) -> None:
        """Be silent and keep nothing: the visit is over."""
        self.stop()
        self._last = ""

    def close(self) -> None:
        """End the voice and wait for it."""
        self.forget()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _interrupt(self) -> None:
        self._paused, self._cut = False, True
        self._signal(signal.SIGCONT)  # a stopped process would not hear that it must end
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, number)

    def _run(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, None
                if wanted is None:
                    self._thread = None
                    return
                process = self._start(wanted[1])
                self._process, self._cut = process, False
            if process is not None:
                self._speak(process, wanted[0])
            del wanted

    @staticmethod
    def _start(command: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except OSError:
            return None

    def _speak(self, process: subprocess.Popen[bytes], words: str) -> None:
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.write(words.encode())
                process.stdin.close()
        while True:
            try:
                process.wait(timeout=GRACE)
                break
            except subprocess.TimeoutExpired:
                if self._cut:  # it was asked politely a moment ago
                    with contextlib.suppress(OSError):
                        os.killpg(process.pid, signal.SIGKILL)
        with self._lock:
            self._process = None
            self._paused = False


def find_speech(language: str = "fr", volume: int = 70) -> Speech | None:
    """Return the voice of this machine, or None when it has none."""
    if shutil.which("espeak-ng"):
        return Speech(espeak, language, volume)
    if shutil.which("spd-say"):
        return Speech(dispatcher, language, volume)
    return None
