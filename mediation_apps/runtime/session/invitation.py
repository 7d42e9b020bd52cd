"""Guarantees: what a QR code or a person typing says becomes an address and a code in their bounds, or nothing. Pure.

`COLPORTEUR:192.168.1.5:47404/4207/1F3A…` is what a facilitator's screen shows (the last part begins the session's key);
`COLPORTEUR-T:192.168.1.23:40123/9KX2P7QD` is what a tablet shows, to be invited. Upper case only: such codes are smaller (ISO/IEC 18004,
alphanumeric mode). Typed by hand, `192.168.1.5/4207` is enough.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

PORT = 47_404  # of a session that nobody gave another
KEY_SIGNS = 16  # of the key in hexadecimal: 64 bits, nobody finds another key that begins so during a session
_PATTERN = re.compile(
    r"(?P<kind>COLPORTEUR(?:-T)?:)?(?P<host>\d{1,3}(?:\.\d{1,3}){3})(?::(?P<port>\d{1,5}))?/(?P<code>[0-9A-Z]{4,16})(?:/(?P<key>[0-9A-F]{16}))?/?"
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """How to reach a session, or (`tablet`) a tablet that asks to be invited; `key` begins the session's key, "" when it was not said."""

    host: str
    port: int
    code: str
    key: str = ""
    tablet: bool = False

    @property
    def text(self) -> str:
        """What a QR code holds."""
        kind = "COLPORTEUR-T:" if self.tablet else "COLPORTEUR:"
        return f"{kind}{self.host}:{self.port}/{self.code}" + (f"/{self.key}" if self.key else "")

    @property
    def short(self) -> str:
        """What a person types."""
        return f"{self.host}/{self.code}" if self.port == PORT else f"{self.host}:{self.port}/{self.code}"


def begin_of(key: str) -> str:
    """The part of a session's key that a code carries."""
    return key[:KEY_SIGNS].upper()


def read_invitation(text: str) -> Invitation | None:
    """The invitation in a text; None when it is none."""
    found = _PATTERN.fullmatch("".join(text.split()).upper()) if len(text) <= 120 else None
    if found is None:
        return None
    tablet = found["kind"] == "COLPORTEUR-T:"
    port = int(found["port"] or PORT)
    try:
        host = ipaddress.IPv4Address(found["host"])
    except ValueError:
        return None
    digits = len(found["code"]) == 4 and found["code"].isdecimal()
    if not 0 < port < 65_536 or host.is_multicast or host.is_unspecified or (not tablet and not digits):
        return None
    return Invitation(str(host), port, found["code"], found["key"] or "", tablet)
