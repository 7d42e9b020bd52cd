"""Ways to devices.

paramiko imports `invoke` (and with it asyncio and unittest) to read ~/.ssh/config when that package is there. Fleet never reads that
file, and a third of a command's start would go into it: paramiko is imported here as if `invoke` were not installed, which it provides for.
"""

from __future__ import annotations

import sys
from importlib import import_module


def _import_paramiko() -> None:
    held = sys.modules.get("invoke")
    sys.modules["invoke"] = None  # type: ignore[assignment]
    try:
        import_module("paramiko")
    finally:
        del sys.modules["invoke"]
        if held is not None:
            sys.modules["invoke"] = held


_import_paramiko()
