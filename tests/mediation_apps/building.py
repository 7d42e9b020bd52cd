"""Builds the packages that the tests feed in: real ZIPs, real pictures, written here."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from PIL import Image

from mediation_apps.runtime.h5p.package import H5pPackage, read_h5p


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(out, kind)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def h5p_bytes(library: str, content: dict[str, Any], media: dict[str, bytes] | None = None, **about: Any) -> bytes:
    head = {
        "title": "Essai",
        "language": "fr",
        "mainLibrary": library,
        "embedTypes": ["div"],
        "license": "CC BY",
        "preloadedDependencies": [{"machineName": library, "majorVersion": 1, "minorVersion": 0}],
    }
    members = {"h5p.json": json.dumps(head | about).encode(), "content/content.json": json.dumps(content).encode()}
    return zipped(members | {f"content/{name}": data for name, data in (media or {}).items()})


def h5p(library: str, content: dict[str, Any], media: dict[str, bytes] | None = None, **about: Any) -> H5pPackage:
    return read_h5p(h5p_bytes(library, content, media, **about))


def sub(library: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"library": library, "params": content, "subContentId": "x", "metadata": {"title": "Untitled"}}
