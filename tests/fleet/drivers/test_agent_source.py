"""The device's program needs nothing that a minimal device lacks, and says the same as its modules."""

from __future__ import annotations

import ast
import threading

from fleet.drivers.agent_source import agent_source

MINIMAL = {"errno", "fcntl", "hashlib", "_hashlib", "os", "_signal", "stat", "struct", "sys", "time", "zlib", "subprocess"}


def test_only_minimal_modules_are_imported() -> None:
    """No import is outside python3-minimal, and the slow one waits until it is needed."""
    tree = ast.parse(agent_source())
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert names <= MINIMAL - {"subprocess"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_the_source_is_joined_once_and_is_short() -> None:
    """Twenty threads get one text, small enough to travel in a round trip or two."""
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(agent_source())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) < 32_768
