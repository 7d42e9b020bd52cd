"""A voice of the kiosk's own, in another process: speech-dispatcher or espeak-ng, whichever is there.

Guarantees: the UI thread waits for no sound device (Kivy's audio does, kivy#9023); a new sentence interrupts the one
before; nothing said is kept, logged or seen in a list of processes (the words go by standard input).
"""

from __future__ import annotations

import shutil
import subprocess

LONGEST = 4_000  # characters of one utterance


class Speech:
    """One voice: `say` interrupts what is being said, `stop` silences."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, words: str) -> None:
        """Say the words, at once."""
        self.stop()
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except OSError:
            return
        self._speaking = process
        try:
            if process.stdin:
                process.stdin.write(words[:LONGEST].encode())
                process.stdin.close()
        except OSError:
            self.stop()

    def stop(self) -> None:
        """Be silent."""
        process, self._speaking = self._speaking, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def find_speech(language: str = "fr") -> Speech | None:
    """Return the voice of this machine, or None when it has none."""
    if shutil.which("espeak-ng"):
        return Speech(("espeak-ng", "-v", language, "--stdin"))
    if shutil.which("spd-say"):
        return Speech(("spd-say", "-l", language, "-w", "-e"))
    return None
