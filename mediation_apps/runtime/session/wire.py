"""Guarantees: what arrives from another tablet is a known message with values in their bounds, or the line is cut.

One message is one line of JSON in UTF-8, `LONGEST` bytes at most; `Lines` takes bytes as the network cuts them. Pure.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias

from mediation_apps.errors import SessionError
from mediation_apps.i18n import _

VERSION = 2
LONGEST = 32_768  # bytes of one line; the longest real one, an answer to show, holds 8,000 signs
WAITING, RUNNING, FROZEN, ENDED = "waiting", "running", "frozen", "ended"
PHASES = (WAITING, RUNNING, FROZEN, ENDED)


@dataclass(frozen=True, slots=True)
class Hello:
    """A tablet asks to join. `tablet` is drawn at random for this session: the same one finds its place again."""

    version: int
    tablet: str
    code: str


@dataclass(frozen=True, slots=True)
class Report:
    """How one page of a tablet stands; `seq` grows by one a report, `at` is the page in sight, `page` the one reported."""

    seq: int
    at: int
    page: int
    points: int
    maximum: int
    done: bool
    battery: int  # percent, −1 = unknown


@dataclass(frozen=True, slots=True)
class Beat:
    """I am still here."""

    battery: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Joined: the name for this session, where everybody is, and the last report that arrived."""

    name: str
    pack: str
    seed: int
    phase: str
    step: int  # page everybody was sent to, −1 = free
    order: int
    acked: int
    digest: str = ""  # of the workshop played (`parcel.digest_of`)
    key: str = ""  # of this session, hexadecimal: what vouches for the workshop


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not joined, and why: code, version, full, ended."""

    reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """What the facilitator wants of everybody. `number` grows: an order is obeyed once."""

    number: int
    phase: str
    step: int


@dataclass(frozen=True, slots=True)
class Ack:
    """Reports up to this one have arrived."""

    seq: int


@dataclass(frozen=True, slots=True)
class Want:
    """I lack the workshop: send it from this byte on."""

    offset: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The workshop as one file, signed by the session's key."""

    pack: str
    digest: str
    size: int
    sha: str  # SHA-256 of the file, hexadecimal
    signature: Signature  # Ed25519, hexadecimal


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of that file, in base64."""

    offset: int
    data: Data


LongText: TypeAlias = str  # up to `LONGEST_LOG` signs
Signature: TypeAlias = str  # 128 signs
Data: TypeAlias = str  # up to `LONGEST_DATA` signs


@dataclass(frozen=True, slots=True)
class Ask:
    """Show me your page: somebody wants to talk about it in front of everybody."""

    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """How a page came to be: its gestures one after the other (`link.write_log`). Sent only when asked for, kept nowhere."""

    page: int
    log: LongText


Message: TypeAlias = Hello | Report | Beat | Welcome | Refusal | Order | Ack | Ask | Shown | Want | Offer | Chunk
KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Hello, Report, Beat, Welcome, Refusal, Order, Ack, Ask, Shown, Want, Offer, Chunk)
}
LONGEST_HELLO = 1_024
LONGEST_TEXT = 80
LONGEST_LOG = 8_000
CHUNK = 16_384  # bytes of a workshop in one message
LONGEST_DATA = 4 * -(-CHUNK // 3)  # the same in base64
HIGHEST = 1_000_000_000


def encode(message: Message) -> bytes:
    """One line."""
    return json.dumps({"kind": type(message).__name__.lower()} | asdict(message), ensure_ascii=False).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message of a line; `SessionError` when it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise _broken() from e
    kind = KINDS.get(found.get("kind", "")) if isinstance(found, dict) and isinstance(found.get("kind"), str) else None
    if kind is None:
        raise _broken()
    message: Message = kind(**{field.name: _value(found.get(field.name), str(field.type)) for field in fields(kind)})
    return message


def _value(value: Any, kind: str) -> Any:
    good = {
        "int": isinstance(value, int) and not isinstance(value, bool) and -1 <= value <= HIGHEST,
        "bool": isinstance(value, bool),
        "str": isinstance(value, str) and len(value) <= LONGEST_TEXT,
        "LongText": isinstance(value, str) and len(value) <= LONGEST_LOG,
        "Signature": isinstance(value, str) and len(value) <= 128,
        "Data": isinstance(value, str) and len(value) <= LONGEST_DATA,
    }
    if not good[kind]:
        raise _broken()
    return value


def _broken() -> SessionError:
    return SessionError(_("L’autre tablette ne parle pas la même langue. Mettez les deux à jour."))


class Lines:
    """Cuts bytes into messages."""

    def __init__(self, longest: int = LONGEST) -> None:
        self.longest = longest  # bytes of one line: less for somebody who has not joined yet
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now; `SessionError` for a line without end."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > self.longest or any(len(line) > self.longest for line in lines):
            raise _broken()
        return [decode(line) for line in lines if line.strip()]
