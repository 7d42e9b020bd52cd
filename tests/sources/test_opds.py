"""A walk through OPDS catalogues, sound and hostile, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import LinkError, ProtocolError
from kiosk.sources import http, opds, run, spec
from kiosk.sources.options import Options, Report
from kiosk.store.catalogue import Catalogue
from tests.simulators.http_faults import Server
from tests.simulators.opds_server import catalogue as serve
from tests.simulators.opds_server import entry, feed, lane

SAMPLES = Path(__file__).parents[3] / "shared/data/catalogue"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    real = http.Client
    limits = http.Limits(connect=2, read=2, whole=5, size=4_000_000)
    monkeypatch.setattr(run, "Client", lambda **how: real(limits=limits, sleep=lambda _seconds: None, **how))


def harvest(catalogue: Catalogue, server: Server, path: str = "/", **options: object) -> Report:
    return run.harvest(catalogue, spec.parse(f"opds+{server.url}{path}", "essai"), Options(**options))  # type: ignore[arg-type]


def titles(catalogue: Catalogue) -> set[str]:
    return {h.title for h in catalogue.hits(range(1, 500))}


def test_lanes_and_pages_are_walked_once_each(catalogue: Catalogue) -> None:
    """Navigation, next pages and lanes that lead back: each page is asked for once, each book comes once."""
    pages = {
        "/": feed(lane("Romans", "romans"), lane("Contes", "/contes?page=1"), links=(("self", "/"), ("start", "/"))),
        "/romans": feed(entry(1), entry(2), links=(("next", "romans2"), ("up", "/"))),
        "/romans2": feed(entry(3), lane("Retour", "/romans"), links=(("next", "/romans"),)),
        "/contes?page=1": feed(
            entry(2), entry(4), links=(("next", "/contes?page=1"), ("http://opds-spec.org/facet", "/contes?tri=auteur"))
        ),
    }
    with serve(pages) as server:
        report = harvest(catalogue, server)
    assert report.complete and report.error is None
    assert titles(catalogue) == {"Livre 1", "Livre 2", "Livre 3", "Livre 4"}
    assert sorted(server.asked) == ["/", "/contes?page=1", "/romans", "/romans2"]


def test_a_crawlable_feed_replaces_the_lanes(catalogue: Catalogue) -> None:
    """When the server has one feed of everything, the lanes are not walked."""
    pages = {
        "/": feed(lane("Romans", "/romans"), links=(("http://opds-spec.org/crawlable", "/tout"),)),
        "/tout": feed(entry(1), entry(2), links=(("next", "/tout2"),)),
        "/tout2": feed(entry(3)),
        "/romans": feed(entry(1)),
    }
    with serve(pages) as server:
        report = harvest(catalogue, server)
    assert report.added == 3 and "/romans" not in server.asked


def test_other_servers_are_left_alone(catalogue: Catalogue) -> None:
    """Neither a link nor a redirection sends the kiosk to another machine; links to read a book may lead anywhere."""
    with serve({"/": feed(entry(9))}) as neighbour:
        away = neighbour.url.replace("127.0.0.1", "localhost")
        pages = {"/": feed(entry(1, href="https://ailleurs.example/1.epub"), lane("Voisin", f"{away}/"), lane("Saut", "/saut"))}
        with serve(pages) as server:
            server.faults = ["", f"away:{away}/"]
            report = harvest(catalogue, server)
        assert neighbour.asked == []
    assert report.complete and report.added == 1
    assert "autres serveurs" in report.notes[0]
    assert any("autre serveur" in reason for reason in report.reasons)
    assert catalogue.record(1).links[0].url == "https://ailleurs.example/1.epub"


def test_a_broken_page_is_one_reject_and_a_broken_start_is_an_error(catalogue: Catalogue) -> None:
    """A page that is not a feed, one that is missing, one without end: counted; the others are read."""
    pages = {"/": feed(*(lane(name, f"/{name}") for name in "abcd")), "/a": b"This is not XML.", "/c": feed(entry(5)), "/d": feed(entry(6))}
    with serve(pages) as server:
        server.faults = ["", "", "", "", "huge"]
        report = harvest(catalogue, server)
        assert report.complete and report.added == 1 and report.rejected == 3
        bad = harvest(catalogue, server, "/a")
    assert isinstance(bad.error, ProtocolError) and "OPDS" in str(bad.error)


def test_addresses_written_wrong_are_read_or_left_out(catalogue: Catalogue) -> None:
    """Accents and spaces in an address are encoded, relative ones completed, impossible ones counted."""
    pages = {
        "/": feed(
            lane("Été", "/été à la mer"), lane("Vide", ""), lane("Rien", "http:// pas valide"), lane("Fichier", "file:///etc/passwd")
        ),
        "/%C3%A9t%C3%A9%20%C3%A0%20la%20mer": feed(entry(1, href="livres/L’été+1.epub")),
    }
    with serve(pages) as server:
        report = harvest(catalogue, server)
    assert report.complete and report.added == 1
    assert catalogue.record(1).links[0].url == f"{server.url}/livres/L%E2%80%99%C3%A9t%C3%A9+1.epub"
    assert "mal écrits" in report.notes[-1]


def test_a_walk_that_breaks_goes_on_from_where_it_was(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the line goes down for good, what is left is remembered and visited by the next harvest alone."""
    caps = opds.Caps
    monkeypatch.setattr(opds, "Caps", lambda: caps(failures=1))
    pages = {"/": feed(entry(1), *(lane(f"p{n}", f"/p{n}") for n in range(2, 6)))} | {f"/p{n}": feed(entry(n)) for n in range(2, 6)}
    with serve(pages) as server:
        server.faults = ["", "", *["refuse"] * 9]
        first = harvest(catalogue, server)
        assert isinstance(first.error, LinkError) and first.added == 2
        server.faults = []
        server.asked.clear()
        second = harvest(catalogue, server)
    assert second.complete and sorted(server.asked) == ["/p3", "/p4", "/p5"]
    assert len(titles(catalogue)) == 5


def test_an_endless_catalogue_ends(catalogue: Catalogue) -> None:
    """A server that invents a next page forever is left at the cap."""
    with serve({"/": feed(entry(1), links=(("next", "/?page=1"),))}) as server:
        answer = server.respond

        def endless(path: str, parameters: dict[str, str]) -> tuple[int, str, bytes]:
            number = int(parameters.get("page", "0"))
            return answer(path, {})[0], "application/atom+xml", feed(entry(number), links=(("next", f"/?page={number + 1}"),))

        server.respond = endless
        with catalogue.harvest("essai") as h:
            from kiosk.sources.sink import Sink

            report = Report("essai")
            sink = Sink(h, report, lambda _r: None)
            source = spec.parse(f"opds+{server.url}/", "essai")
            with http.Client() as client:
                opds.Crawler(client, source, Options(), sink, opds.Caps(pages=12)).run()
    assert len(server.asked) == 12 and "12 pages" in report.notes[-1]


def test_opds_2_and_its_platform(catalogue: Catalogue) -> None:
    """JSON feeds are walked the same way; --platform names whose links these are; what is gone goes with --full."""

    def publication(number: int) -> dict[str, object]:
        return {
            "metadata": {
                "@type": "http://schema.org/Audiobook",
                "title": f"Écoute {number}",
                "identifier": f"urn:x:{number}",
                "language": "fr",
            },
            "links": [{"rel": "http://opds-spec.org/acquisition", "href": f"/e/{number}", "type": "audio/mpeg"}],
        }

    first = {"metadata": {"title": "A"}, "links": [{"rel": "next", "href": "/2"}], "publications": [publication(1), publication(2)]}
    second = {"metadata": {"title": "A"}, "publications": [publication(3), {"metadata": {"identifier": "urn:x:4"}, "links": []}, 7, None]}
    pages = {"/": json.dumps(first).encode(), "/2": json.dumps(second).encode()}
    with serve(pages) as server:
        report = harvest(catalogue, server, platform="livres-audio")
        assert (report.added, report.rejected) == (3, 1)
        assert catalogue.record(1).platforms == ("livres-audio",)
        pages["/2"] = json.dumps({"metadata": {"title": "A"}, "publications": []}).encode()
        assert harvest(catalogue, server, full=True).deleted == 1


def test_a_catalogue_behind_a_sign_in_says_so(catalogue: Catalogue) -> None:
    """An authentication document is not a feed: the sentence says what is wanted."""
    with serve({"/": json.dumps({"id": "x", "title": "Entrez", "authentication": []}).encode()}) as server:
        report = harvest(catalogue, server)
    assert "s’identifier" in str(report.error)


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="no sample data here")
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("opds/acquisition-fiction-0.xml", 135),
        ("opds/acquisition-groups-0.xml", 400),
        ("opds/acquisition-paginated-0.xml", 50),
        ("opds/bad-uri-syntax.xml", 1),
        ("opds/feedbooks-20190808.xml", 0),
        ("opds/navigation-0.xml", 0),
        ("opds2/feed.json", 3),
    ],
)
def test_feeds_of_real_servers(catalogue: Catalogue, name: str, least: int) -> None:
    """Each real feed behind a real server: all its publications come in, nothing else is asked of anybody."""
    with serve({"/": (SAMPLES / name).read_bytes()}) as server:
        report = harvest(catalogue, server)
    assert report.added >= least
    assert all(a == "/" or "/acquisition/" in a or "/links/" in a for a in server.asked)
