"""A Thymio on a pseudo-terminal: answers as the robot does, moves its wheels in real time, can be silent, slow, or pulled out.

Written from the protocol's description, not from our client: it packs and unpacks by itself.
"""

from __future__ import annotations

import os
import pty
import select
import struct
import threading
import time
from pathlib import Path

NODE = 44_123
VARIABLES = (
    ("_id", 1),
    ("event.source", 1),
    ("event.args", 32),
    ("motor.left.target", 1),
    ("motor.right.target", 1),
    ("prox.horizontal", 7),
)
LEFT = 34  # 1 + 1 + 32
SIZE = sum(size for _name, size in VARIABLES)


class ThymioSimulator:
    """One robot. `drives` are (left, right, seconds) of each stretch in which the wheels turned."""

    def __init__(self, variables: tuple[tuple[str, int], ...] = VARIABLES, noise: bytes = b"", chunk: int = 4096) -> None:
        self._variables, self._chunk = variables, chunk
        self._words = [0] * SIZE
        self._robot, self._host = pty.openpty()
        self.device = Path(os.ttyname(self._host))
        self.drives: list[tuple[int, int, float]] = []
        self._since = time.monotonic()
        self.deaf = False
        self._noise, self._ended = noise, False
        self._thread = threading.Thread(target=self._live, name="thymio", daemon=True)
        self._thread.start()

    @property
    def speeds(self) -> tuple[int, int]:
        """What the wheels are told now."""
        left, right = (word - 65_536 if word > 32_767 else word for word in self._words[LEFT : LEFT + 2])
        return left, right

    def _live(self) -> None:
        held = b""
        while not self._ended:
            if not select.select([self._robot], [], [], 0.05)[0]:
                continue
            try:
                held += os.read(self._robot, 4096)
            except OSError:
                return
            while len(held) >= 6:
                length, _source, kind = struct.unpack("<HHH", held[:6])
                if len(held) < 6 + length:
                    break
                if not self.deaf:
                    self._hear(kind, held[6 : 6 + length])
                held = held[6 + length :]

    def _say(self, kind: int, payload: bytes) -> None:
        data = self._noise + struct.pack("<HHH", len(payload), NODE, kind) + payload
        self._noise = b""
        for at in range(0, len(data), self._chunk):
            os.write(self._robot, data[at : at + self._chunk])

    def _hear(self, kind: int, payload: bytes) -> None:
        words = struct.unpack(f"<{len(payload) // 2}H", payload)
        if kind == 0xA011:
            self._say(0x900C, struct.pack("<H", 5))
        elif words and words[0] != NODE:
            return
        elif kind == 0xA010:
            name = b"thymio-II"
            self._say(0x9000, bytes([len(name)]) + name + struct.pack("<7H", 5, 1534, 32, 620, len(self._variables), 0, 0))
            for label, size in self._variables:
                self._say(0x9001, struct.pack("<H", size) + bytes([len(label)]) + label.encode())
            self._say(0x9002, b"\x06button\x00")
        elif kind == 0xA00C:
            self._drive(words[1], words[2:])
        elif kind == 0xA00B:
            start, count = words[1], words[2]
            self._say(0x900A, struct.pack("<HH", 0, 0))  # robots chatter in between
            self._say(0x9005, struct.pack(f"<{count + 1}H", start, *self._words[start : start + count]))

    def _drive(self, start: int, values: tuple[int, ...]) -> None:
        before, now = self.speeds, time.monotonic()
        for offset, value in enumerate(values):
            self._words[start + offset] = value
        if before != self.speeds:
            if before != (0, 0) and before[0] and before[1]:
                self.drives.append((*before, now - self._since))
            self._since = now

    def pull_out(self) -> None:
        """The cable is gone."""
        self._ended = True
        self._thread.join()
        os.close(self._robot)

    def close(self) -> None:
        """End."""
        if not self._ended:
            self.pull_out()
        os.close(self._host)
