"""What is on a device, as its program lists it, and the caps of that list.

Guarantees: pure; what a device sends is hostile until read here: size, number and form of the lines are checked, anything else is
a ValueError. Paths are text with undecodable bytes kept (surrogateescape), absolute, without "..".
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

MAX_BYTES = 256 << 20  # of a list, decompressed
MAX_ENTRIES = 500_000
MAX_PATH = 4096
LINES_KEPT = 8192  # by one run, some 5 MB
OWN = (".colporteur-part-", ".colporteur-mark-")  # names only this software writes
_LINE = re.compile(rb"([dflsx]) ([0-7]{1,4}) (\d{1,10}) (\d{1,10}) (\d{1,16}) (-?\d{1,12}) (-|[0-9a-f]{64}) (/[^\0]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a disk. `kind`: d folder, f file, l link, s other, x another disk mounted there; `digest` SHA-256 in hexadecimal,
    "-" when there is none or when it was not asked for; `mtime` seconds.
    """

    kind: str
    mode: int
    uid: int
    gid: int
    size: int = 0
    digest: str = "-"
    mtime: int = 0


Manifest = Mapping[str, Entry]
LineReader = Callable[[bytes], tuple[str, Entry]]


def parse_line(line: bytes) -> tuple[str, Entry]:
    """Read one line; ValueError when it is none."""
    match = _LINE.fullmatch(line)
    if match is None or len(match[8]) > MAX_PATH:
        raise ValueError("not a line of a manifest")
    kind, mode, uid, gid, size, mtime, digest, raw = match.groups()
    path = raw.decode("utf-8", "surrogateescape")
    if "/../" in path + "/":
        raise ValueError("path with ..")
    return path, Entry(kind.decode(), int(mode, 8), int(uid), int(gid), int(size), digest.decode(), int(mtime))


def line_reader() -> LineReader:
    """`parse_line` for one run: its devices send mostly the same lines, which are then read once."""
    return lru_cache(maxsize=LINES_KEPT)(parse_line)


def parse_manifest(data: bytes, read: LineReader = parse_line) -> dict[str, Entry]:
    """Read the compressed list of a device: path → entry."""
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(data, MAX_BYTES)
    except zlib.error as e:
        raise ValueError("not compressed") from e
    if inflate.unconsumed_tail or not inflate.eof:
        raise ValueError("too long, or cut")
    found: dict[str, Entry] = {}
    for line in text.split(b"\0")[:-1]:
        if len(found) >= MAX_ENTRIES:
            raise ValueError("too many lines")
        path, entry = read(line)
        found[path] = entry
    return found


def digest_of(manifest: Manifest) -> str:
    """SHA-256 of a manifest in the order of its paths: two devices in one state have one digest (owners left out)."""
    total = hashlib.sha256()
    for path in sorted(manifest):
        e = manifest[path]
        total.update(f"{e.kind} {e.mode:o} {e.size} {e.digest} ".encode() + path.encode("utf-8", "surrogateescape") + b"\0")
    return total.hexdigest()


def below(path: str, root: str) -> bool:
    """True when `path` is `root` or in it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def by_folder(path: str) -> str:
    """Sort key: what is in a folder comes right after it (« a b » sorts before « a/b » otherwise)."""
    return path.replace("/", "\0")


def outermost(roots: Iterable[str]) -> tuple[str, ...]:
    """Return the roots that are not inside another one, sorted."""
    kept: list[str] = []
    for root in sorted(set(roots), key=by_folder):
        if not kept or not below(root, kept[-1]):
            kept.append(root)
    return tuple(kept)
