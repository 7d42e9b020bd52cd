"""OAI-PMH harvesting against a real server that misbehaves as real ones do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import LinkError, ProtocolError
from kiosk.sources import http, oai, run, spec
from kiosk.sources.options import Options, Report
from kiosk.store.catalogue import Catalogue
from tests.simulators.http_faults import Server
from tests.simulators.oai_server import Entry, Repository, dublin_core, repository

SAMPLES = Path(__file__).parents[3] / "shared/data/catalogue/oai-gallica"


def entries(count: int, start: int = 0) -> list[Entry]:
    return [
        Entry(f"oai:essai:{n}", f"2026-01-{1 + n % 28:02d}T10:00:00Z", dublin_core(f"Conte {n}", ("creator", "Arène, Paul (1843-1896)")))
        for n in range(start, start + count)
    ]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are counted, not slept."""
    waits: list[float] = []
    real = http.Client

    def client(**how: object) -> http.Client:
        limits = http.Limits(connect=2, read=2, whole=5, size=4_000_000)
        return real(limits=limits, sleep=waits.append, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "Client", client)
    return waits


def harvest(catalogue: Catalogue, server: Server, query: str = "", **options: object) -> Report:
    return run.harvest(catalogue, spec.parse(f"oai+{server.url}/oai{query}", "essai"), Options(**options))  # type: ignore[arg-type]


def ids(catalogue: Catalogue) -> set[str]:
    with catalogue.harvest("essai") as h:
        return set(h.known_ids())


def test_everything_is_harvested_page_after_page(catalogue: Catalogue) -> None:
    """A list of several pages comes in whole, and a request that goes on carries its token alone."""
    with repository(entries=entries(35)) as (_held, server):
        report = harvest(catalogue, server)
    assert report.error is None and report.complete
    assert (report.added, report.expected) == (35, 35)
    following = [a for a in server.asked if "resumptionToken" in a]
    assert len(following) == 3 and all("metadataPrefix=" not in a and "from=" not in a for a in following)
    assert catalogue.get(catalogue.hits([1])[0].id).authors == ("Paul Arène",)


def test_the_next_harvest_asks_from_the_last_response_date_with_overlap(catalogue: Catalogue) -> None:
    """What changed during the last harvest is asked for again; what did not change costs nothing."""
    with repository(entries=entries(12)) as (held, server):
        harvest(catalogue, server)
        held.entries.append(Entry("oai:essai:new", "2026-03-01T11:30:00Z", dublin_core("Tard venu")))
        held.now = "2026-03-02T12:00:00Z"
        report = harvest(catalogue, server)
        assert "from=2026-03-01T11%3A00%3A00Z" in server.asked[-1]
    assert (report.added, report.updated) == (1, 0)
    assert len(ids(catalogue)) == 13


def test_day_granularity_is_respected(catalogue: Catalogue) -> None:
    """A server that counts in days is asked in days."""
    with repository(entries=entries(3), granularity="YYYY-MM-DD") as (_held, server):
        harvest(catalogue, server)
        harvest(catalogue, server)
        assert server.asked[-1].endswith("from=2026-02-28")


def test_deletions_are_followed_but_a_first_harvest_ignores_them(catalogue: Catalogue) -> None:
    """A flood of deletions of what was never had is passed over; a real deletion removes the record."""
    gone = [Entry(f"oai:essai:old{n}", "2025-01-01T00:00:00Z", deleted=True) for n in range(50)]
    with repository(entries=gone + entries(5)) as (held, server):
        first = harvest(catalogue, server)
        assert (first.added, first.deleted, first.rejected) == (5, 0, 0)
        assert "50" in first.notes[0]
        held.entries = [Entry("oai:essai:3", "2026-03-05T00:00:00Z", deleted=True)]
        second = harvest(catalogue, server)
    assert second.deleted == 1
    assert ids(catalogue) == {f"oai:essai:{n}" for n in (0, 1, 2, 4)}


def test_a_server_that_asks_to_wait_is_waited_for(catalogue: Catalogue, no_waiting: list[float]) -> None:
    """503 with Retry-After is honoured to the second, and the harvest is whole."""
    with repository(entries=entries(25)) as (_held, server):
        server.faults = ["", "", "busy:7", "", "busy:3"]
        report = harvest(catalogue, server)
    assert report.complete and report.added == 25
    assert no_waiting == [7.0, 3.0]


def test_a_server_that_asks_too_much_patience_is_left_for_later(catalogue: Catalogue) -> None:
    """An hour is too long to hold the line: what was harvested stays and the error says to come back."""
    with repository(entries=entries(25)) as (_held, server):
        server.faults = ["", "", "", "busy:3600"]
        report = harvest(catalogue, server)
    assert isinstance(report.error, LinkError) and not report.complete
    assert report.added == 10


@pytest.mark.parametrize("fault", ["cut", "refuse", "down", "half", "garbage"])
def test_an_accident_in_the_middle_costs_one_more_request(catalogue: Catalogue, fault: str) -> None:
    """A page that comes back broken is asked for again; a cut page is never taken for the last one."""
    with repository(entries=entries(35)) as (_held, server):
        server.faults = ["", "", "", fault]
        report = harvest(catalogue, server)
    assert report.error is None and report.added == 35


@pytest.mark.parametrize("fault", ["cut", "refuse", "down", "half", "garbage", "huge"])
def test_a_line_that_stays_broken_keeps_the_place(catalogue: Catalogue, fault: str) -> None:
    """When the line goes down for good the harvest says so, and the next one goes on from the stored token."""
    with repository(entries=entries(45)) as (_held, server):
        server.faults = ["", "", "", "", *[fault] * 12]
        first = harvest(catalogue, server)
        assert isinstance(first.error, LinkError) and first.error.exit_code == 4
        assert first.added == 20
        server.faults = []
        server.asked.clear()
        second = harvest(catalogue, server)
    assert second.error is None and second.added == 25
    assert not any("ListRecords&metadataPrefix" in a for a in server.asked), "it started again instead of going on"
    assert len(ids(catalogue)) == 45


def test_an_expired_token_restarts_by_window(catalogue: Catalogue) -> None:
    """A token that expired between two harvests restarts by dates, in halves, and nothing is missing or doubled."""
    with repository(entries=entries(60), page=5) as (held, server):
        server.faults = [*[""] * 5, *["refuse"] * 8]
        assert harvest(catalogue, server).error is not None
        server.faults = []
        server.asked.clear()
        held.expire_next = 1
        report = harvest(catalogue, server)
        restarts = [a for a in server.asked if "verb=ListRecords&metadataPrefix" in a]
    assert report.error is None and report.complete
    assert len(restarts) == 2 and "until=" in restarts[0] and "from=" in restarts[1]
    assert len(ids(catalogue)) == 60


def test_a_server_whose_tokens_die_young_is_harvested_all_the_same(catalogue: Catalogue) -> None:
    """Windows are cut until their lists fit into what a token lives."""
    many = [
        Entry(f"oai:essai:{n}", f"2025-{1 + n // 28 % 12:02d}-{1 + n % 28:02d}T10:00:00Z", dublin_core(f"Conte {n}")) for n in range(300)
    ]
    with repository(entries=many, page=10) as (held, server):
        original = held._list

        def short_lived(parameters: dict[str, str], *, whole: bool) -> str:
            token = parameters.get("resumptionToken", "")
            if token and int(token.split("!")[1]) >= 50:  # only the first five pages of any list can be had
                return '<error code="badResumptionToken">expired</error>'
            return original(parameters, whole=whole)

        held._list = short_lived  # type: ignore[method-assign]
        report = harvest(catalogue, server)
    assert report.error is None and len(ids(catalogue)) == 300


@pytest.mark.parametrize("how", ["loop", "stuck"])
def test_a_loop_ends(catalogue: Catalogue, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that comes back, or a page that never changes, ends in an error that says so, and keeps what came."""
    monkeypatch.setattr(oai, "RESTARTS", 6)
    with repository(entries=entries(30), **{how: True}) as (_held, server):
        report = harvest(catalogue, server)
    assert isinstance(report.error, ProtocolError) and "tourne en rond" in str(report.error)
    assert len(server.asked) < 200
    assert len(ids(catalogue)) >= 10


def test_one_bad_record_is_set_aside(catalogue: Catalogue) -> None:
    """A record without title, one without metadata and one whose XML is broken are counted; their page is kept."""
    held = entries(6)
    held[1].metadata = dublin_core("")
    held[2].metadata = ""
    held[3].metadata = "<oai_dc:dc><dc:title>Mal <b>fermé</dc:title></oai_dc:dc>"
    held[4].metadata = dublin_core("Contrôle").replace("Contrôle", "Contr\x0bôle & <i>fils</i> &eacute;") + ""
    with repository(entries=held) as (_held, server):
        report = harvest(catalogue, server)
    assert report.complete and report.rejected == 3 and report.added == 3
    assert report.reasons["XML de la notice illisible"] == 1
    assert sum(catalogue.stats().rejects["essai"].values()) == 3


def test_sets_and_prefixes_are_asked_for(catalogue: Catalogue) -> None:
    """?set=&prefix= go where they belong, and the source is named without them being lost."""
    held = entries(6)
    held[0].sets = held[1].sets = ("jeunesse:albums",)
    with repository(entries=held) as (_held, server):
        report = harvest(catalogue, server, "?set=jeunesse:albums&prefix=oai_dc")
        assert not any("ListMetadataFormats" in a for a in server.asked)
    assert report.added == 2
    assert spec.parse("oai+http://a.example/oai?set=x&prefix=oai_dc").name == "oai:a.example/oai#x"


def test_the_richest_format_is_chosen_and_marc_is_read(catalogue: Catalogue) -> None:
    """A server with MARCXML is asked for it, and its records keep their OAI identifiers."""
    fields = {"200": "a\u0098Le \u009cGrand Troupeau", "700": "aGiono|bJean", "995": "bMAN|f123"}
    inside = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" ">'
        + "".join(f'<subfield code="{part[0]}">{part[1:]}</subfield>' for part in text.split("|"))
        + "</datafield>"
        for tag, text in fields.items()
    )
    marc = (
        '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000cam a22000003  4500</leader>'
        f'<controlfield tag="001">77</controlfield>{inside}</record>'
    )
    with repository(entries=[Entry("oai:essai:77", "2026-01-01T00:00:00Z", marc)], formats=("oai_dc", "marcxml")) as (held, server):
        harvest(catalogue, server)
        assert any("metadataPrefix=marcxml" in a for a in server.asked)
        record = catalogue.record(1)
        assert (record.title, record.authors, record.branches) == ("Le Grand Troupeau", ("Jean Giono",), ("MAN",))
        held.entries = [Entry("oai:essai:77", "2026-04-01T00:00:00Z", deleted=True)]
        assert harvest(catalogue, server).deleted == 1


def test_a_server_that_forgets_deletions_is_compared_with_what_it_lists(catalogue: Catalogue) -> None:
    """With --full, what is no longer listed is removed; an emptied server is not believed."""
    with repository(entries=entries(250), deleted_record="no", page=50) as (held, server):
        harvest(catalogue, server)
        held.entries = held.entries[20:]
        assert harvest(catalogue, server, full=True).deleted == 20
        held.entries = held.entries[:3]
        doubtful = harvest(catalogue, server, full=True)
    assert doubtful.deleted == 0 and "trop pour être vrai" in doubtful.notes[0]
    assert len(ids(catalogue)) == 230


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Erreur</body></html>", "ne r\xc3\xa9pond pas comme un entrep\xc3\xb4t"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><OAI-PMH>&b;</OAI-PMH>', "entit\xc3\xa9s"),
        (b"", "ne r\xc3\xa9pond pas comme un entrep\xc3\xb4t"),
    ],
)
def test_what_is_not_a_repository_is_said_so(catalogue: Catalogue, body: bytes, words: str) -> None:
    """A page, an entity bomb, nothing at all: one sentence, no record, no trace."""
    with repository(raw={"Identify": body}) as (_held, server):
        report = harvest(catalogue, server)
    assert isinstance(report.error, ProtocolError)
    assert words.encode("latin-1").decode() in str(report.error)
    assert "127.0.0.1" in str(report.error) and "/oai" not in str(report.error)


def test_an_unreachable_server_is_an_everyday_state(catalogue: Catalogue) -> None:
    """Nobody at that address: a LinkError with what to do."""
    report = run.harvest(catalogue, spec.parse("oai+http://127.0.0.1:9/oai"))
    assert isinstance(report.error, LinkError) and "injoignable" in str(report.error)


def test_a_format_the_server_lacks_is_said(catalogue: Catalogue) -> None:
    """A wrong prefix ends at once with the server's reason."""
    with repository(entries=entries(2)) as (_held, server):
        report = harvest(catalogue, server, "?prefix=marc21")
    assert isinstance(report.error, ProtocolError) and "marc21" in str(report.error)


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="no sample data here")
def test_answers_of_gallica(catalogue: Catalogue) -> None:
    """Real answers behind a real server: two pages, 114 records, none refused, and the notices unite with nothing by accident."""
    first, last = (SAMPLES / "OAIListRecords.xml").read_bytes(), (SAMPLES / "OAIListRecords2.xml").read_bytes()

    class Gallica(Repository):
        def respond(self, path: str, parameters: dict[str, str]) -> tuple[int, str, bytes]:
            if parameters.get("verb") == "Identify":
                return 200, "text/xml", (SAMPLES / "OAIIdentify.xml").read_bytes()
            if parameters.get("verb") == "ListRecords":
                return 200, "text/xml", last if "resumptionToken" in parameters else first
            return super().respond(path, parameters)

    from tests.simulators.http_faults import serve

    with serve(Gallica().respond) as server:
        report = harvest(catalogue, server)
    assert report.error is None and (report.added, report.rejected) == (114, 0)
    assert catalogue.stats().records >= 110
