"""Frames and bencode of one session, and where a path of the device really is.

Guarantees: one answer a request, progress in between so that silence means a broken line; no path leaves a mounted volume; ends
by itself when nobody speaks for two minutes.
"""

import _signal as signal  # type: ignore[import-not-found]  # without its enums, slower to load than all the rest
import errno
import os
import struct
import time
from typing import Any, BinaryIO

try:  # hashlib itself would prepare every algorithm first
    import _hashlib

    sha256: Any = _hashlib.openssl_sha256
except ImportError:
    import hashlib

    sha256 = hashlib.sha256

PATIENCE = 120  # seconds without a word before the session ends
MAX_FRAME = 64 << 20
PART = b".colporteur-part-"  # temporary names: whatever a cut leaves is recognised, resumed or removed
BLOCK = 1 << 18  # bytes read or written at once


def decode(data: bytes) -> Any:
    """Read one bencoded value (integers, byte strings, lists, dictionaries)."""
    position = 0

    def value() -> Any:
        nonlocal position
        kind = data[position : position + 1]
        if kind == b"i":
            end = data.index(b"e", position)
            number = int(data[position + 1 : end])
            position = end + 1
            return number
        if kind in (b"l", b"d"):
            position += 1
            items = []
            while data[position : position + 1] != b"e":
                if data[position] < 0x3A:  # a byte string, as nearly all are: without a call of its own
                    end = data.index(b":", position)
                    start = end + 1
                    position = start + int(data[position:end])
                    items.append(data[start:position])
                else:
                    items.append(value())
            position += 1
            return items if kind == b"l" else dict(zip(items[::2], items[1::2]))  # noqa: B905 - older Pythons
        end = data.index(b":", position)
        start = end + 1
        position = start + int(data[position:end])
        return data[start:position]

    return value()


def encode(value: Any) -> bytes:
    """Write one value as bencode; text as UTF-8."""
    out: list[bytes] = []

    def put(v: Any) -> None:
        if isinstance(v, str):
            v = v.encode("utf-8", "surrogateescape")
        if isinstance(v, (bytes, bytearray)):
            out.extend((b"%d:" % len(v), bytes(v)))
        elif isinstance(v, int):
            out.append(b"i%de" % v)
        elif isinstance(v, dict):
            out.append(b"d")
            for key in sorted(v):
                put(key)
                put(v[key])
            out.append(b"e")
        else:
            out.append(b"l")
            for item in v:
                put(item)
            out.append(b"e")

    put(value)
    return b"".join(out)


class Wire:
    """One session: `requests` in, `answers` out, everything below `root` (empty: the whole device)."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, root: bytes = b"") -> None:
        self.requests, self.answers, self.root = requests, answers, root
        self.last = 0.0
        self.buffer = memoryview(bytearray(BLOCK))  # one for all files that are hashed
        self.volume = self.whose(root) if root else None

    @staticmethod
    def whose(root: bytes) -> Any:
        """Return what tells one mounted volume from another, or from the empty folder that a pulled-out one leaves."""
        try:
            status = os.stat(root)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    # frames

    def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes of the request stream; EOFError when the line broke."""
        signal.alarm(PATIENCE)
        data = self.requests.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def frame(self) -> Any:
        """Return the next request."""
        size = struct.unpack(">I", self.exactly(4))[0]
        if size > MAX_FRAME:
            raise EOFError
        return decode(self.exactly(size))

    def answer(self, value: Any) -> None:
        """Send one frame."""
        data = encode(value)
        self.answers.write(struct.pack(">I", len(data)) + data)
        self.answers.flush()

    def tick(self, done: int) -> None:
        """Say that work goes on, twice a second at most."""
        now = time.monotonic()
        if now - self.last > 0.5:
            self.last = now
            signal.alarm(PATIENCE)
            self.answer({b"progress": done})

    def serve(self) -> None:
        """Answer requests until the other side hangs up."""
        while True:
            try:
                request = self.frame()
            except EOFError:
                return
            try:
                reply = getattr(self, "do_" + request[b"op"].decode())(request)
                self.answer({b"ok": reply})
            except EOFError:
                return
            except Exception as e:
                code = (e.errno or 0) if isinstance(e, OSError) else 0
                self.answer({b"error": type(e).__name__, b"errno": code, b"message": str(e)[:300]})
                if request[b"op"] == b"apply":  # the rest of the stream makes no sense any more
                    return

    def real(self, path: bytes) -> bytes:
        """Return where `path` of the device is; refuses to leave a mounted volume through a link."""
        if not path.startswith(b"/") or b"\0" in path or b"/../" in path + b"/":
            raise ValueError("path")
        full = self.root + path
        if self.root and self.whose(self.root) != self.volume:
            raise OSError(errno.ENODEV, "pulled out")  # what is there now is this computer's
        if self.root and not (os.path.realpath(os.path.dirname(full)) + b"/").startswith(os.path.realpath(self.root) + b"/"):
            raise ValueError("path leaves the volume")
        return full

    def sync_folder(self, folder: bytes) -> None:
        """Put the names in a folder on the disk."""
        try:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            return
        try:
            os.fsync(fd)
        except OSError as e:
            if e.errno not in (errno.EINVAL, errno.EBADF):  # FAT and some overlays do not sync folders
                raise
        finally:
            os.close(fd)
