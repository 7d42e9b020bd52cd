"""Names of sources as people type them."""

from __future__ import annotations

import pytest

from kiosk.errors import DataError
from kiosk.sources import spec
from kiosk.sources.spec import Protocol


def test_servers() -> None:
    """The address stays whole but for set and prefix; the name holds no password."""
    source = spec.parse("oai+https://lecteur:secret@a.example:8443/oai2/?verbose=1&set=gallica:9&prefix=oai_dc")
    assert (source.protocol, source.set, source.prefix) == (Protocol.OAI, "gallica:9", "oai_dc")
    assert source.url == "https://lecteur:secret@a.example:8443/oai2/?verbose=1"
    assert source.name == "oai:a.example:8443/oai2#gallica:9"
    feed = spec.parse("opds+http://b.example/opds?lang=fr")
    assert (feed.protocol, feed.url, feed.name) == (Protocol.OPDS, "http://b.example/opds?lang=fr", "opds:b.example/opds?lang=fr")


def test_paths_are_named_by_their_file() -> None:
    """Extensions go, one after the other; a name that is given wins."""
    assert spec.parse("/tmp/export-koha.mrc.gz").name == "export-koha"
    assert spec.parse("x/liste.csv", "prêts").name == "prêts"


@pytest.mark.parametrize("text", ["https://a.example/oai", "oai+http://", "opds+https://a.example:99999/x"])
def test_mistakes_are_explained(text: str) -> None:
    """An address alone, no server, an impossible port: a sentence, never a trace."""
    with pytest.raises(DataError):
        spec.parse(text)
