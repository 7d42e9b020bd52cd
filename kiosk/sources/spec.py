"""What a person types to name a source, read strictly.

    oai+https://host/path[?set=SET&prefix=PREFIX]     an OAI-PMH server
    opds+https://host/path[?…]                        an OPDS catalogue; its own parameters stay in its address
    path                                              a file, or a folder of files

Guarantees: pure; the name of a source never holds a password, and is the same at every harvest of the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from kiosk.errors import DataError


class Protocol(StrEnum):
    """How to talk to it."""

    OAI = "oai"
    OPDS = "opds"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `name` is what the catalogue remembers it by; `set` and `prefix` are OAI-PMH's setSpec and metadataPrefix."""

    protocol: Protocol
    name: str
    url: str = ""
    path: Path = Path()
    set: str = ""
    prefix: str = ""


def parse(text: str, name: str = "") -> Source:
    """Read a source. Raises DataError saying what is wrong with it."""
    scheme, plus, rest = text.partition("+")
    if plus and scheme in ("oai", "opds") and rest.startswith(("http://", "https://")):
        return _server(Protocol(scheme), rest, name)
    if "://" in text[:20]:
        raise DataError(
            f"« {text} » : dites d’abord de quel catalogue il s’agit : oai+{text} pour un entrepôt OAI-PMH, "
            f"opds+{text} pour un catalogue OPDS."
        )
    path = Path(text).expanduser()
    return Source(Protocol.FILES, name or _stem(path), path=path)


def _stem(path: Path) -> str:
    stem = path.resolve().name
    for suffix in (".gz", ".mrc", ".marc", ".iso2709", ".pan", ".xml", ".json", ".csv", ".txt"):
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
    return stem or "fichiers"


def _server(protocol: Protocol, url: str, name: str) -> Source:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as e:
        raise DataError(f"Adresse mal écrite : « {url} ».") from e
    if not parts.hostname:
        raise DataError(f"Adresse sans nom de serveur : « {url} ».")
    shown = f"{parts.hostname}{port}{parts.path.rstrip('/')}"
    if protocol is Protocol.OPDS:
        return Source(protocol, name or _short(f"opds:{shown}{'?' + parts.query if parts.query else ''}"), url)
    query = {k: v[-1] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
    set_, prefix = query.pop("set", ""), query.pop("prefix", "")
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
    return Source(protocol, name or _short(f"oai:{shown}{'#' + quote(set_, safe=':') if set_ else ''}"), bare, set=set_, prefix=prefix)


def _short(name: str) -> str:
    return name[:200]
