"""`bench sound [--json]`: from a finger's hit to its first sample at the card, against starting a player for each hit.

The card is a program that takes samples at their own pace, as a sound server does, and notes when the first one that is no silence comes.
Ours goes through the longer of its two ways (a pipe of one page; ALSA's own buffer holds 30 ms instead of 43). Peer: one process a hit,
which opens no card here and so looks better than in life, cannot mix and keeps no beat.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HITS, APART = 40, 0.35  # seconds: a hit has faded when the next comes
CARD = """#!{python}
import os, sys, time
quiet = True
while data := sys.stdin.buffer.read1({chunk}):
    loud = any(data)
    if loud and quiet:
        with open({file!r}, "a") as out:
            print(time.monotonic(), file=out)
    quiet = not loud
    time.sleep(len(data) / 2 / 48000)
"""


@contextmanager
def card(folder: Path) -> Iterator[Path]:
    """A `pacat` first on the path; yields the file in which it notes when it heard something."""
    program, heard = folder / "pacat", folder / "heard.txt"
    program.write_text(CARD.format(python=sys.executable, chunk=480, file=str(heard)), encoding="utf-8")
    program.chmod(0o755)
    before = dict(os.environ)
    os.environ |= {"PATH": f"{folder}:{before['PATH']}", "COLPORTEUR_SOUND": "no-such-device"}
    try:
        yield heard
    finally:
        os.environ.clear()
        os.environ.update(before)


def wait_for(heard: Path) -> float:
    """When the card heard something, on the clock of `time.monotonic`."""
    while not heard.exists() or not heard.read_text().endswith("\n"):
        time.sleep(0.01)
    when = float(heard.read_text().split()[0])
    heard.unlink()
    return when


def engine(heard: Path) -> list[float]:
    """Milliseconds a hit, by the process that stays."""
    from mediation_apps.runtime.sound.engine import SOUNDING, ChildEngine

    sounding, spent = ChildEngine(), []
    try:
        while sounding.state != SOUNDING:
            time.sleep(0.02)
        sounding.need(("bois",))
        time.sleep(0.5)
        for _hit in range(HITS):
            begun = time.monotonic()
            sounding.hit("bois")
            spent.append((wait_for(heard) - begun) * 1000)
            time.sleep(APART)
    finally:
        sounding.close()
    return spent


def process_a_hit(heard: Path, folder: Path) -> list[float]:
    """Milliseconds a hit, by a program started for each (the card's own program, given the samples whole)."""
    from mediation_apps.runtime.sound.mixer import pcm
    from mediation_apps.runtime.sound.voices import synthesise

    data, spent = pcm(synthesise("bois")), []
    for _hit in range(HITS // 2):
        begun = time.monotonic()
        with subprocess.Popen([str(folder / "pacat")], stdin=subprocess.PIPE) as player:
            assert player.stdin is not None
            player.stdin.write(data)
            player.stdin.close()
            spent.append((wait_for(heard) - begun) * 1000)
    return spent


def main(argv: list[str]) -> int:
    """Measure both in one run."""
    parser = argparse.ArgumentParser(prog="colporteur bench sound", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name, card(Path(name)) as heard:
        rows = {"one process that stays": engine(heard), "one process a hit": process_a_hit(heard, Path(name))}
    found = {
        label: {
            "median_ms": round(statistics.median(spent), 1),
            "p95_ms": round(statistics.quantiles(spent, n=20)[-1], 1),
            "hits": len(spent),
        }
        for label, spent in rows.items()
    }
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for label, row in found.items():
            print(f"{label:24} median {row['median_ms']:6.1f} ms   p95 {row['p95_ms']:6.1f} ms   {row['hits']} hits")
    return 0
