"""KEY=value files: the desired lines put into the text a device has.

Guarantees: pure; lines that are not asked for stay as they are; a text that already says so comes back unchanged; values that need
it are quoted as os-release(5) and /etc/default files are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fleet.model import Setting
from fleet.operations.desired import Wanted, file_of
from fleet.operations.manifest import Manifest

_PLAIN = re.compile(r"[\w@%+=:,./-]*", re.ASCII)


def quoted(value: str) -> str:
    """A value as a shell would read it back."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def with_settings(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each key set once."""
    lines, left = [], dict(values)
    for line in text.splitlines():
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=", line)
        key = match[1] if match else ""
        if key not in values:
            lines.append(line)
        elif key in left:
            lines.append(f"{key}={quoted(left.pop(key))}")
    lines += [f"{key}={quoted(value)}" for key, value in left.items()]
    return "\n".join(lines) + "\n" if lines else ""


def wanted_settings(settings: Iterable[Setting], files: Mapping[str, str], found: Manifest) -> dict[str, Wanted]:
    """The files that hold the settings, as they must be on this device; modes stay as they are."""
    scopes: dict[str, dict[str, str]] = {}
    for setting in settings:
        scopes.setdefault(setting.scope, {})[setting.key] = setting.value
    result = {}
    for scope, values in scopes.items():
        there = found.get(scope)
        mode = there.mode if there is not None and there.kind == "f" else 0o644
        result[scope] = file_of(with_settings(files.get(scope, ""), values).encode(), mode)
    return result
