"""Cover pictures on the disk: fetched when there is a line, kept as small JPEG files, forgotten oldest first.

Guarantees:
- what a server sends is hostile until decoded: capped in bytes, pixels, redirects and time, only JPEG, PNG, WebP and GIF are
  tried, and what is kept was written by this module, never the bytes received;
- no request goes to an address of the local network unless its host was allowed (records come from outside: none of them may
  make the kiosk talk to the router);
- files appear whole or not at all; a file damaged since is deleted and is simply missing;
- the folder stays under its cap; a cover seen lately is kept before one never looked at;
- a failure is remembered for a day, so that a dead address is not asked at each glance;
- everything here blocks: it belongs to the link thread (`fetch`) and the catalogue thread (`load`), never to the screen's.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import ipaddress
import os
import socket
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from PIL import Image, ImageOps
from urllib3.exceptions import HTTPError

from kiosk.errors import DataError, DiskFull, DiskReadOnly, FormatError, LinkError, StoreError

MAX_BYTES: Final = 6_000_000  # no cover needs more
MAX_PIXELS: Final = 40_000_000  # a decompression bomb is refused by its header
MAX_SECONDS: Final = 20.0  # whole transfer: a server that drips is a server that fails
MAX_REDIRECTS: Final = 4
SIDE: Final = (400, 600)  # enough for the notice at 1080x1920; the results list scales it down
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
RETRY_AFTER: Final = 24 * 3600.0
SEEN_EVERY: Final = 3600.0  # a cover's last use is noted at most once an hour: disks of kiosks are flash


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Decoded pixels, ready for a texture: `rgb` holds width × height × 3 bytes, top row first."""

    width: int
    height: int
    rgb: bytes


def _public(host: str, port: int) -> bool:
    """Whether every address of `host` is on the public Internet."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return bool(found) and all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found)


class CoverCache:
    """Covers under one folder. Threads may share it: every step on the disk is atomic."""

    def __init__(
        self,
        folder: Path,
        *,
        cap_bytes: int = 200_000_000,
        allowed_hosts: Iterable[str] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        """`allowed_hosts` may be on the local network (the portal, a server in the library)."""
        self.folder = folder
        self.cap_bytes = cap_bytes
        self.allowed_hosts = frozenset(allowed_hosts)
        self._now = now
        self._written = 0
        self._http = requests.Session()
        self._http.headers["User-Agent"] = "Colporteur (kiosk of a public library)"
        self._http.headers["Accept-Encoding"] = "identity"  # pictures do not shrink, and nothing can inflate
        self._http.trust_env = False  # no .netrc: credentials never go to an address found in a record

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def path(self, url: str) -> Path:
        """Where the cover of `url` is, or would be."""
        name = hashlib.sha256(url.encode()).hexdigest()[:40]
        return self.folder / name[:2] / f"{name}.jpg"

    def load(self, url: str, side: tuple[int, int] = SIDE) -> Thumbnail | None:
        """Decode the kept cover of `url` to at most `side` pixels, or None when it is not here. Never asks the network."""
        path = self.path(url)
        try:
            with Image.open(path, formats=("JPEG",)) as image:
                image.draft("RGB", side)
                image.thumbnail(side)
                pixels = image.convert("RGB")
            self._seen(path)
            return Thumbnail(pixels.width, pixels.height, pixels.tobytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            return None

    def wanted(self, url: str) -> bool:
        """Whether asking the network for `url` makes sense now: not kept, not failed lately, an address one may ask."""
        if not url or len(url) > 2000 or urlsplit(url).scheme not in ("http", "https"):
            return False
        path = self.path(url)
        if path.exists():
            return False
        try:
            return self._now() - path.with_suffix(".none").stat().st_mtime > RETRY_AFTER
        except OSError:
            return True

    def fetch(self, url: str) -> Path:
        """Fetch, check, scale and keep the cover of `url`; returns its file.

        Raises LinkError when the line is down (try again later), FormatError or DataError when the address will not give a
        cover (remembered for a day), StoreError when the disk refuses.
        """
        try:
            small = scaled(self._download(url))
        except DataError:
            self._note_failure(self.path(url))
            raise
        path = self.path(url)
        self._write(path, small)
        self._written += len(small)
        if self._written > max(self.cap_bytes // 20, 1):
            self._written = 0
            self.trim()
        return path

    def trim(self) -> int:
        """Bring the folder under its cap, longest unseen first, and sweep what a power cut left; returns bytes freed."""
        files: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("*/*"):
            try:
                stat = path.stat()
            except OSError:
                continue
            left_over = path.suffix not in (".jpg", ".none") and self._now() - stat.st_mtime > 3600
            files.append((0.0 if left_over else stat.st_mtime, stat.st_size, path))
        files.sort(key=lambda entry: entry[0])
        total, freed = sum(size for _seen, size, _path in files), 0
        for seen, size, path in files:
            if seen > 0 and total - freed <= self.cap_bytes:
                break
            path.unlink(missing_ok=True)
            freed += size
        return freed

    def _download(self, url: str) -> bytes:
        deadline = time.monotonic() + MAX_SECONDS
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                self._allow(url)
                with self._http.get(url, stream=True, timeout=(5, 10), allow_redirects=False) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers["Location"])
                        continue
                    return _body(answer, deadline)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise LinkError("La couverture n’a pas pu être cherchée : pas de connexion.") from error
        raise DataError("Cette adresse renvoie sans fin vers une autre.")

    def _allow(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
                raise DataError("L’adresse de la couverture n’est pas celle d’un site.")
            public = parts.hostname in self.allowed_hosts or _public(parts.hostname, port)
        except ValueError as error:
            raise DataError("L’adresse de la couverture est mal écrite.") from error
        if not public:
            raise DataError("L’adresse de la couverture est celle d’un réseau privé.")

    def _seen(self, path: Path) -> None:
        try:
            if self._now() - path.stat().st_mtime > SEEN_EVERY:
                os.utime(path, (self._now(), self._now()))
        except OSError:
            pass  # a read-only disk still shows its covers

    def _note_failure(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".none").touch()
            os.utime(path.with_suffix(".none"), (self._now(), self._now()))
        except OSError:
            pass  # asked again next time, no worse

    def _write(self, path: Path, content: bytes) -> None:
        temporary = path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.utime(temporary, (self._now(), self._now()))
            temporary.rename(path)
            path.with_suffix(".none").unlink(missing_ok=True)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            kind = {28: DiskFull, 122: DiskFull, 30: DiskReadOnly}.get(error.errno or 0, StoreError)
            raise kind("La couverture n’a pas pu être gardée sur le disque.") from error


def _body(answer: requests.Response, deadline: float) -> bytes:
    """Read an answer within its caps. Raises DataError when it is no picture, LinkError when the line breaks."""
    if answer.status_code >= 500 or answer.status_code == 429:
        raise LinkError("Le site des couvertures ne répond pas pour le moment.")
    if answer.status_code != 200:
        raise DataError("Il n’y a pas de couverture à cette adresse.")
    content = bytearray()
    while chunk := answer.raw.read1(65_536, decode_content=False):  # what has come so far: a dripping server cannot hold the thread
        content += chunk
        if len(content) > MAX_BYTES:
            raise DataError("L’image est trop lourde pour une couverture.")
        if time.monotonic() > deadline:
            raise LinkError("Le site des couvertures est trop lent.")
    return bytes(content)


def scaled(content: bytes, side: tuple[int, int] = SIDE) -> bytes:
    """Decode a picture of unknown origin and return a JPEG of at most `side` pixels. Raises FormatError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS or min(image.size) < 16:
                    raise FormatError("L’image n’a pas la taille d’une couverture.")
                image.draft("RGB", (side[0] * 2, side[1] * 2))
                upright = ImageOps.exif_transpose(image)
                flat = _on_white(upright)
        flat.thumbnail(side, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=82, optimize=True)
        return out.getvalue()
    except FormatError:
        raise
    except Exception as error:  # decoders raise nearly anything on hostile bytes (struct.error, IndexError, EOFError…)
        raise FormatError("Ce n’est pas une image que la borne sait lire.") from error


def _on_white(image: Image.Image) -> Image.Image:
    """Lay transparency on white: a cover is a sheet of paper."""
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGB", layered.size, (255, 255, 255))
    white.paste(layered, mask=layered.getchannel("A"))
    return white
