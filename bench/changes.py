"""How soon changes are found: one record in a hundred changed at once, as a night's harvest brings them.

Guarantees: works on a copy, so that what `--keep` keeps stays as it was built; the process has searched before, as the kiosk's
has. Records come analysed, since the process that reads a file does that (`fields.document`); everything else counts: writing,
committing, and the first search after that.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import corpus
from bench.peers import Colporteur
from kiosk.search import analysis
from kiosk.search.fields import Document

EACH = 100  # one record in so many
WORD = "nouveaute"  # what the changed titles say beside what they said


def measure(folder: Path, records: int) -> dict[str, object]:
    """Change one record in a hundred of the index in `folder`; return seconds by the clock and of the processor."""
    changed = [(d, _changed(document)) for d, document in corpus.documents(records, folder.parent) if d % EACH == 0]
    asked = corpus.queries(records, folder.parent)
    with tempfile.TemporaryDirectory(dir=folder) as copied:
        shutil.copy(folder / f"{Colporteur.name}.sqlite", copied)
        peer = Colporteur(Path(copied))
        for query in asked:
            peer.ask(query)
        written = _seconds(lambda: peer.write(changed))
        found = _seconds(lambda: peer.ask(asked[0]))
        peer.connection.close()
    both = {kind: round(written[kind] + found[kind], 3) for kind in written}
    return {"changed": len(changed), "written": written, "first_search": found, "found_after": both}


def _changed(document: Document) -> Document:
    texts = replace(document.texts, title=f"{document.texts.title} {analysis.text_terms(WORD)}")
    return replace(document, texts=texts, popularity=document.popularity + 1)


def _seconds(work: Callable[[], object]) -> dict[str, float]:
    wall, cpu = time.monotonic(), time.process_time()
    work()
    return {"wall_s": round(time.monotonic() - wall, 3), "cpu_s": round(time.process_time() - cpu, 3)}
