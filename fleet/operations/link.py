"""One device's line during an operation: typed questions, answers read and checked.

Guarantees: each question is one round trip; an answer of another shape than asked is a DeviceError, never an exception of
another kind; a new line is opened when asked for, and the old one closed first; nothing is asked of a new line before it was greeted.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from fleet.drivers.codec import Value
from fleet.drivers.session import DeviceSession, frame
from fleet.errors import DeviceError, LinkError, Unreachable
from fleet.i18n import _
from fleet.operations.desired import Compressor
from fleet.operations.difference import Change
from fleet.operations.facts import FACT_FILES, Facts, parse_facts
from fleet.operations.manifest import Entry, LineReader, parse_line, parse_manifest
from fleet.transport.port import Connection, OtherHostKey, Target, Transport

ROUND = 1 << 18

# Another instrument than the device's Python: its shell, find and grep. `$1` is the mark; then the places.
_SECOND = """mark=$1; shift
find "$@" -xdev ! -type d -print0 2>/dev/null
printf '=\\0'
find "$@" -xdev -name "*$(printf %.16s "$mark")*" -print0 2>/dev/null
grep -rlsFZ -e "$mark" "$@" 2>/dev/null
printf 'end\\0'
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """One mark: its place, whether it lies in a folder of that place, whether it was read again, the device's error if any."""

    place: str
    inside: bool
    found: bool
    error: int
    at: int  # seconds, the device's file system


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found: paths that hold the mark, and how much was read."""

    hits: tuple[str, ...]
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What the shell sees: everything in the places, and what holds the mark."""

    listed: frozenset[str]
    hits: tuple[str, ...]


class DeviceLink:
    """The line to one device, opened at the first question."""

    def __init__(
        self,
        transport: Transport,
        target: Target,
        progress: Callable[[int], None],
        where: Callable[[], Sequence[Target]] | None = None,
        known: Container[str] = (),
        read_line: LineReader = parse_line,
        greet: Callable[[], object] = lambda: None,
    ) -> None:
        self._transport, self.target, self._progress = transport, target, progress
        self._where, self._known, self._read_line, self._greet = where, known, read_line, greet
        self._connection: Connection | None = None
        self._session: DeviceSession | None = None
        self._before = 0

    @property
    def name(self) -> str:
        """What messages call the device."""
        return self.target.label or self.target.address

    @property
    def traffic(self) -> int:
        """Bytes of all its lines so far."""
        return self._before + (self._connection.traffic if self._connection is not None else 0)

    def open(self) -> DeviceSession:
        """Return the session, opening the line when there is none; on a new line, `greet` asks before anything else does."""
        if self._session is None:
            self._connection = self._connect()
            self._session = DeviceSession(self._connection, self.name)
            self._greet()
        return self._session

    def _connect(self) -> Connection:
        """Try each place where the device may be; only the pinned key says that it is."""
        stranger: OtherHostKey | None = None
        absent: LinkError | None = None
        for target in dict.fromkeys((self._where() if self._where is not None else ()) or (self.target,)):
            try:
                connection = self._transport.connect(target)
            except OtherHostKey as e:
                if e.shown in self._known:  # another device of the fleet has taken this address
                    absent = Unreachable(
                        _("{name} n’est plus à l’adresse {address}, où répond un autre appareil.").format(
                            name=self.name, address=target.address
                        )
                    )
                else:
                    stranger = e
            except LinkError as e:
                absent = e
            else:
                self.target = target
                return connection
        if stranger is not None:
            raise stranger
        raise absent or Unreachable(_("{name} n’a pas été trouvé : est-il allumé, est-il sur ce réseau ?").format(name=self.name))

    def close(self) -> None:
        """Hang up; the next question opens a fresh line."""
        if self._session is not None:
            self._session.close()
        if self._connection is not None:
            self._connection.close()
            self._before += self._connection.traffic
        self._session = self._connection = None

    def _bad(self) -> DeviceError:
        return DeviceError(_("{name} répond n’importe quoi.").format(name=self.name))

    def facts(self, files: Iterable[str] = (), salt: bytes = b"") -> Facts:
        """Ask what the device says of itself."""
        return parse_facts(self.open().call("facts", files=[*FACT_FILES, *files], salt=salt, uids=[]))

    def manifest(self, roots: Sequence[str], salt: bytes = b"", quick: bool = False) -> dict[str, Entry]:
        """List everything below the roots, hashed behind `salt`; `quick` leaves files without a hash."""
        answer = self.open().call("manifest", self._progress, roots=list(roots), salt=salt, quick=int(quick))
        try:
            if isinstance(answer, bytes):
                return parse_manifest(answer, self._read_line)
        except ValueError as e:
            raise self._bad() from e
        raise self._bad()

    def hashes(self, paths: Sequence[str]) -> list[str]:
        """The SHA-256 of each path, empty when it is no file any more."""
        answer = self.open().call("hash", self._progress, paths=list(paths), salt=b"")
        if isinstance(answer, list) and len(answer) == len(paths):
            return [a.decode("ascii", "replace")[:64] if isinstance(a, bytes) else "" for a in answer]
        raise self._bad()

    def plant(self, places: Sequence[str], token: str) -> tuple[Planted, ...]:
        """Plant marks and read them again."""
        answer = self.open().call("plant", self._progress, places=list(places), token=token)
        found = []
        for row in answer if isinstance(answer, list) else [None]:
            if not isinstance(row, list) or len(row) != 5:
                raise self._bad()
            place, path, held, code, at = row
            if not (isinstance(place, bytes) and isinstance(path, bytes) and isinstance(at, int) and isinstance(code, int)):
                raise self._bad()
            inside = path.count(b"/") > place.rstrip(b"/").count(b"/") + 1
            found.append(Planted(_text(place), inside, held == 1, code, at))
        return tuple(found)

    def search(self, places: Sequence[str], elsewhere: Sequence[str], token: str, since: int) -> Searched:
        """Search for a mark: all of the places, and what changed since elsewhere."""
        answer = self.open().call("search", self._progress, places=list(places), elsewhere=list(elsewhere), token=token, since=since)
        if isinstance(answer, dict):
            hits, files, size = answer.get(b"hits"), answer.get(b"files"), answer.get(b"bytes")
            if isinstance(hits, list) and isinstance(files, int) and isinstance(size, int):
                return Searched(tuple(_text(h) for h in hits if isinstance(h, bytes)), files, size)
        raise self._bad()

    def second_opinion(self, places: Sequence[str], token: str) -> SecondOpinion | None:
        """Ask the shell of the device the same; None when it could not answer whole."""
        self.open()
        assert self._connection is not None
        done = self._connection.run(["sh", "-c", _SECOND, "sh", token, *places], timeout=60)
        words = [_text(w) for w in done.output.split(b"\0")]
        if words[-2:] != ["end", ""] or "=" not in words:
            return None
        middle = words.index("=")
        return SecondOpinion(frozenset(words[:middle]), tuple(sorted(set(words[middle + 1 : -2]))))

    def destroy(self, keys: Sequence[str], session: Sequence[str], salt: bytes) -> tuple[int, int, str]:
        """Destroy keys: how many files, the code of the session command (-1: none), the digest of the session's new key."""
        answer = self.open().call("destroy", self._progress, keys=list(keys), session=list(session), salt=salt)
        if isinstance(answer, dict):
            destroyed, code, key = answer.get(b"destroyed"), answer.get(b"session"), answer.get(b"keys")
            if isinstance(destroyed, list) and isinstance(code, int) and isinstance(key, bytes):
                return len(destroyed), code, key.decode("ascii", "replace")[:64]
        raise self._bad()

    def clean(self, paths: Sequence[str], uids: Sequence[int], overwrite: bool) -> tuple[int, int]:
        """Stop a borrower's programs and remove paths: how many things went, how many programs."""
        answer = self.open().call("clean", self._progress, paths=list(paths), uids=list(uids), overwrite=int(overwrite))
        if isinstance(answer, dict):
            removed, stopped = answer.get(b"removed"), answer.get(b"stopped")
            if isinstance(removed, int) and isinstance(stopped, int):
                return removed, stopped
        raise self._bad()

    def fill(self) -> tuple[int, int]:
        """Overwrite the free space of a volume: how many bytes, how many names of removed files."""
        answer = self.open().call("fill", self._progress)
        if isinstance(answer, dict):
            size, names = answer.get(b"bytes"), answer.get(b"names")
            if isinstance(size, int) and isinstance(names, int):
                return size, names
        raise self._bad()

    def apply(self, remove: Sequence[str], changes: Sequence[Change], compressor: Compressor) -> None:
        """Send changes in one stream, nothing waited for in between."""
        self.open().stream(records(remove, changes, compressor), self._progress)

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        """Run one command of the device."""
        answer = self.open().call("run", self._progress, argv=list(command))
        if isinstance(answer, dict):
            code, said = answer.get(b"code"), answer.get(b"said")
            if isinstance(code, int) and isinstance(said, bytes):
                return code, said.decode("utf-8", "replace")
        raise self._bad()

    def set_clock(self, seconds: int) -> int:
        """Set the device's clock; what it says then."""
        answer: Value = self.open().call("clock", time=seconds)
        if isinstance(answer, int):
            return answer
        raise self._bad()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def records(remove: Sequence[str], changes: Sequence[Change], compressor: Compressor) -> Iterator[bytes]:
    """The records of an `apply` stream, several small ones together."""
    ready: list[bytes] = []
    size = 0
    for part in _parts(remove, changes, compressor):
        ready.append(part)
        size += len(part)
        if size >= ROUND:
            yield b"".join(ready)
            ready, size = [], 0
    yield b"".join(ready)


def _parts(remove: Sequence[str], changes: Sequence[Change], compressor: Compressor) -> Iterator[bytes]:
    for path in remove:
        yield frame({"k": "r", "p": path})
    for change in changes:
        entry = change.wanted.entry
        fields: dict[str, object] = {"k": change.kind, "p": change.path, "mode": entry.mode, "uid": change.uid, "gid": change.gid}
        if change.kind == "l":
            fields["to"] = change.wanted.content
        elif change.kind == "f":
            packed = compressor.packed(change.wanted) if not change.start else None
            wire = len(packed) if packed is not None else entry.size - change.start
            fields |= {
                "size": entry.size,
                "sha": change.wanted.sha,
                "from": change.start,
                "time": entry.mtime,
                "wire": wire,
                "z": int(packed is not None),
            }
            yield frame(fields)
            yield from [packed] if packed is not None else _exactly(change, wire)
            continue
        yield frame(fields)


def _exactly(change: Change, size: int) -> Iterator[bytes]:
    """The file's bytes, as many as announced: a file that shrank is filled, and then refused by its hash."""
    left = size
    for block in change.wanted.blocks(change.start):
        if not left:
            return
        block = block[:left]
        left -= len(block)
        yield block
    while left:
        block = bytes(min(left, ROUND))
        left -= len(block)
        yield block
