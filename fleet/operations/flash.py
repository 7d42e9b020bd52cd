"""micro:bit boards by the drive they show over USB: a program copied there is taken by the board, which comes back by itself.

Guarantees: a file that is no whole Intel HEX is never sent; a program counts as taken only when the same board is back, the file is gone
from its drive and it left no FAIL.TXT; what is in the board's memory cannot be read over this drive, so that a person looks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from fleet.errors import DataError, DeviceError, LinkError
from fleet.i18n import _
from fleet.volumes import identify

MAX_HEX = 4 << 20  # bytes; a universal file for both versions of the board is under 2 MB
NAME = "colporteur.hex"
WAIT = 40.0  # seconds: the board takes about ten for a long program


def check_hex(data: bytes, name: str) -> None:
    """Raise DataError unless this is a whole Intel HEX file: every line's length and checksum, and the end."""
    if len(data) > MAX_HEX:
        raise DataError(_("« {name} » est trop gros pour un programme de micro:bit.").format(name=name))
    ended = False
    for number, line in enumerate(data.splitlines(), 1):
        text = line.strip()
        if not text:
            continue
        try:
            record = bytes.fromhex(text[1:].decode("ascii")) if text[:1] == b":" else b""
        except ValueError:
            record = b""
        if len(record) < 5 or len(record) != record[0] + 5 or sum(record) & 0xFF or ended:
            raise DataError(
                _("« {name} », ligne {number} : ce n’est pas un programme pour micro:bit (Intel HEX). Exportez-le de nouveau.").format(
                    name=name, number=number
                )
            )
        ended = record[3] == 1
    if not ended:
        raise DataError(_("« {name} » est coupé : sa dernière ligne manque. Copiez-le de nouveau.").format(name=name))


def flash(folder: Path, data: bytes, name: str, wait: float = WAIT, sleep: Callable[[float], None] = time.sleep) -> None:
    """Put one program on the board plugged in at `folder`; DeviceError says what the board said, LinkError that it did not come back."""
    check_hex(data, name)
    before = identify(folder)
    if before is None:
        raise LinkError(_("La carte micro:bit n’est pas branchée, ou pas encore montée."))
    (folder / "FAIL.TXT").unlink(missing_ok=True)
    try:
        with (folder / NAME).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        pass  # the board goes away as soon as it has all it needs: what follows tells whether it had
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        failed = folder / "FAIL.TXT"
        if failed.is_file():
            said = failed.read_bytes()[:300].decode("ascii", "replace")
            raise DeviceError(_("La carte refuse « {name} » : {value}").format(name=name, value=" ".join(said.split())[:160]))
        if identify(folder) == before and not (folder / NAME).exists():
            return
        sleep(0.1)
    raise LinkError(_("La carte n’est pas revenue après « {name} » : débranchez-la, rebranchez-la, recommencez.").format(name=name))
