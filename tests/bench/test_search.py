"""The measurement of the search: a kept catalogue is the same catalogue, and all engines are asked the same."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from bench import corpus, search


def test_kept_documents(tmp_path: Path) -> None:
    """What is kept is what would be made, and serves every smaller catalogue; what is not of today is not read."""
    (tmp_path / "documents-5000-00000000.zm").write_bytes(b"of another day")
    made = list(corpus.documents(60, None))
    corpus.keep(60, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [f"documents-60-{corpus.fingerprint()}.zm"]
    assert list(corpus.documents(60, tmp_path)) == made
    assert list(corpus.documents(7, tmp_path)) == made[:7]
    assert list(islice(corpus.documents(70, tmp_path), 60)) == made


def test_kept_queries(tmp_path: Path) -> None:
    """Queries are the same when they are read again."""
    assert corpus.queries(1_000, tmp_path) == corpus.queries(1_000, tmp_path) == corpus.queries(1_000)


def test_unknown_engine(capsys: pytest.CaptureFixture[str]) -> None:
    """An engine that is not on this machine is named."""
    assert search.main(["--engines", "colporteur,nosuch"]) == 2
    assert "nosuch" in capsys.readouterr().err


@pytest.mark.slow
def test_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows have the fields that readers of the figures expect, engines agree, and a second run indexes nothing."""
    arguments = ["--records", "1000", "--engines", "colporteur,fts5", "--keep", str(tmp_path), "--json"]
    assert search.main(arguments) == 0
    first = json.loads(capsys.readouterr().out)
    assert [row["engine"] for row in first["rows"]] == ["colporteur", "fts5"]
    fields = {"engine", "records", "queries", "p50", "p95", "max", "index_bytes", "build_s", "build_peak_mb", "rss_mb"}
    assert all(fields <= row.keys() and not row["disagreements"] for row in first["rows"])
    assert {"typos", "typos_large", "known_item", "delta"} <= first.keys()
    assert first["delta"]["changed"] == 10
    note = (tmp_path / "1000" / "fts5.json").stat().st_mtime_ns
    assert search.main(arguments) == 0
    assert (tmp_path / "1000" / "fts5.json").stat().st_mtime_ns == note
