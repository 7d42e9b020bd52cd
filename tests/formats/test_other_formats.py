"""Dublin Core, OPDS, CSV, item dialects, and telling them apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Audience, Identifier, ItemStatus, Kind, LinkRel, Record, Role
from kiosk.errors import DataError, FormatError
from kiosk.formats import csv_mapping, csv_rows, dublin_core, items, oai, opds, opds1, opds2, sniff
from kiosk.formats.marc import Flavour, Marc
from kiosk.formats.outcome import Rejected
from kiosk.formats.sniff import Format

SAMPLES = Path(__file__).parents[3] / "shared/data/catalogue"


# -- Dublin Core ----------------------------------------------------------------------------------------------------------


def test_dublin_core_is_taken_apart() -> None:
    """Title and statement, people and roles, place and publisher, the thing and its notice: each where it belongs."""
    found = dublin_core.record(
        {
            "title": ["Voyage dans les Alpes [Texte imprimé] : récit. Tome 2 / par A. Martel"],
            "creator": ["Martel, Anne (1810-1884). Auteur du texte"],
            "contributor": ["Roux, Paul (1800-1850). Traducteur"],
            "publisher": ["Latil (A Digne)"],
            "date": ["1842"],
            "language": ["fr"],
            "type": ["text", "monographie imprimée"],
            "description": ["Collection : Voyages ; 12", "Un voyage à pied."],
            "format": ["210 p. ; in-8", "application/pdf"],
            "subject": ["Alpes -- Descriptions -- 19e siècle"],
            "identifier": ["http://biblio.example/ark:/99999/b1", "ISBN 978-2-07-036024-6"],
            "relation": ["Notice du catalogue : http://catalogue.bnf.fr/ark:/12148/cb345801779/description"],
        },
        "s",
        "oai:1",
    )
    assert (found.title, found.subtitle, found.volume) == ("Voyage dans les Alpes. 2", "récit", "2")
    assert [(c.name, c.role) for c in found.contributors] == [("Anne Martel", Role.AUTHOR), ("Paul Roux", Role.TRANSLATOR)]
    assert (found.publisher, found.place, found.year, found.languages) == ("Latil", "Digne", 1842, ("fre",))
    assert (found.kind, found.series, found.summary, found.extent) == (Kind.EBOOK, "Voyages", "Un voyage à pied.", "210 p. ; in-8")
    assert found.subjects == ("Alpes", "Descriptions", "19e siècle")
    assert {i.scheme for i in found.identifiers} == {"ark", "isbn"} and len(found.identifiers) == 3
    assert [link.rel for link in found.links] == [LinkRel.ACCESS, LinkRel.RECORD]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Livre", Kind.BOOK),
        ("DVD vidéo", Kind.FILM),
        ("Disque compact", Kind.MUSIC),
        ("Périodique", Kind.PRESS),
        ("Livre audio", Kind.AUDIOBOOK),
        ("MovingImage", Kind.FILM),
        ("bande dessinée", Kind.COMIC),
        ("Jeu vidéo", Kind.GAME),
        ("??", Kind.OTHER),
    ],
)
def test_types_in_words(words: str, kind: Kind) -> None:
    """What portals write in dc:type."""
    assert dublin_core.record({"title": ["A"], "type": [words]}, "s", "1").kind is kind


def test_issues_carry_their_number() -> None:
    """A periodical's issue keeps what distinguishes it, and not the number of its title."""
    found = dublin_core.record(
        {
            "title": ["Annales"],
            "type": ["fascicule"],
            "description": ["1875 (T6)-1880."],
            "relation": ["http://catalogue.bnf.fr/ark:/12148/cb1x"],
        },
        "s",
        "1",
    )
    assert (found.kind, found.volume, found.identifiers) == (Kind.PRESS, "1875 (T6)-1880", ())


@given(
    st.dictionaries(
        st.sampled_from(["title", "creator", "date", "type", "identifier", "relation", "description"]),
        st.lists(st.text(max_size=60), max_size=3),
    )
)
def test_dublin_core_never_breaks(values: dict[str, list[str]]) -> None:
    """Any values give a record with a title, or a reason."""
    try:
        assert dublin_core.record(values, "s", "1").title
    except FormatError as e:
        assert "titre" in str(e)


def test_broken_answers_are_mended_or_taken_apart() -> None:
    """Control characters, lone ampersands and HTML entities are repaired; a cut answer is refused whole."""
    opening = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    body = opening + b"<record><header><identifier>a&b\x0b&eacute;&#11;</identifier></header></record></ListRecords></OAI-PMH>"
    (record,) = oai.document(body)[0]
    assert oai.text(oai.child(record, "header"), "identifier") == "a&b&eacute;"
    with pytest.raises(FormatError, match="coupée"):
        oai.salvaged(body[:-12])
    with pytest.raises(FormatError, match="entités"):
        oai.document(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


# -- OPDS -------------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_addresses_are_sound_or_nothing(href: str) -> None:
    """Whatever a feed writes, an address is ASCII, http(s) and has a server, or is empty."""
    found = opds.absolute("https://a.example/opds/", href)
    assert found == "" or (found.isascii() and found.startswith(("http://", "https://")) and " " not in found)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("été/à la mer", "https://a.example/opds/%C3%A9t%C3%A9/%C3%A0%20la%20mer"),
        ("/c?q=Long%2C+Tall&x={auth}", "https://a.example/c?q=Long%2C+Tall&x="),
        ("//b.example/x", "https://b.example/x"),
        ("http:// pas", ""),
        ("javascript:alert(1)", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_addresses(href: str, expected: str) -> None:
    """Relative, accented, templated, hostile."""
    assert opds.absolute("https://a.example/opds/", href) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "metadata",
                        "title",
                        "links",
                        "href",
                        "rel",
                        "publications",
                        "groups",
                        "images",
                        "author",
                        "name",
                        "subject",
                        "identifier",
                    ]
                ),
                c,
                max_size=4,
            )
        ),
        max_leaves=25,
    )
)
def test_any_json_is_survived(value: object) -> None:
    """Types are never trusted: a feed of anything gives records and rejects, or a reason."""
    try:
        feed = opds2.parse(json.dumps({"publications": [value], "metadata": value, "links": value}).encode(), "http://a.example/", "s")
    except FormatError:
        return
    assert all(isinstance(o, Record | Rejected) for o in feed.outcomes)


def test_opds_1_entries() -> None:
    """Kind, people, audience, series and links of an entry; one without title is set aside."""
    xml = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:schema="http://schema.org/" xmlns:dcterms="http://purl.org/dc/terms/">
    <title>T</title><entry schema:additionalType="http://schema.org/Audiobook"><id>urn:isbn:9782070360246</id><title>Écoute</title>
    <author><name>Giono, Jean</name></author><dcterms:language>fr</dcterms:language><published>2016-12-26T04:36:41Z</published>
    <summary type="html">&lt;p&gt;Un &amp;eacute;t&amp;eacute;&lt;/p&gt;</summary><schema:Series name="Contes" schema:position="3"/>
    <category scheme="http://schema.org/typicalAgeRange" term="9-12"/><category term="x" label="Contes"/>
    <link rel="http://opds-spec.org/acquisition/borrow" href="e" type="application/atom+xml"/>
    <link rel="http://opds-spec.org/acquisition/sample" href="s" type="audio/mpeg"/></entry>
    <entry><id>2</id><link rel="http://opds-spec.org/acquisition" href="x"/></entry></feed>"""
    feed = opds1.parse(xml.encode(), "http://a.example/o/", "s")
    record, rejected = feed.outcomes
    assert isinstance(record, Record) and isinstance(rejected, Rejected)
    assert (record.kind, record.authors, record.year, record.summary) == (Kind.AUDIOBOOK, ("Jean Giono",), 2016, "Un été")
    assert (record.series, record.volume, record.age_min, record.audience) == ("Contes", "3", 9, Audience.CHILDREN)
    assert record.identifiers == (Identifier("isbn", "9782070360246"),) and record.subjects == ("Contes",)
    assert [(link.rel, link.url) for link in record.links] == [
        (LinkRel.ACCESS, "http://a.example/o/e"),
        (LinkRel.EXCERPT, "http://a.example/o/s"),
    ]


# -- CSV --------------------------------------------------------------------------------------------------------------------

TOULOUSE = "ANNEE;Nbre de prêts;TITRE;AUTEUR;Editeur;Indice;BIB;COTE;Cat 1;Cat 2\n"


def rows(text: str, mapping: str) -> list[object]:
    return list(csv_rows.outcomes([text.encode()], csv_mapping.mapping(mapping), "s"))


def test_loans_by_year_are_added_up_and_mended() -> None:
    """Rows of one title become one record; broken accents and pushed cells are put right; sound ones are left."""
    found = rows(
        TOULOUSE
        + '2019;100;"Les Lâegendaires. 15. Amour mortel / P. Sobral";Sobral, Patrick (1972-....);-;Paris : Soleil, 2012;x;CABANIS;BDT S;E\n'
        + "2014;40;Les Légendaires. 15. Amour mortel / P. Sobral;Sobral, Patrick (1972-....);Paris : Soleil, 2012;x;CABANIS;BDT S;E;BD\n"
        + "2015;7;Chaîne d'amitié : été;Läckberg, Camilla;Arles (B.-du-R.) : Actes Sud, 2011;P LACK;EMP;P LACK;A;POL\n"
        + ";;;Groupe;;;;;;\n;;;;;;;;;\n",
        "prets-toulouse",
    )
    rejected, comic, novel = found
    assert isinstance(rejected, Rejected) and rejected.position == 5
    assert isinstance(comic, Record) and isinstance(novel, Record)
    assert (comic.title, comic.volume, comic.authors) == ("Les Légendaires. 15, Amour mortel", "15", ("Patrick Sobral",))
    assert (comic.publisher, comic.place, comic.year, comic.popularity, comic.kind) == ("Soleil", "Paris", 2012, 140, Kind.COMIC)
    assert comic.audience is Audience.CHILDREN and comic.branches == ("CABANIS",)
    assert (novel.title, novel.subtitle, novel.authors, novel.place) == ("Chaîne d'amitié", "été", ("Camilla Läckberg",), "Arles")


@given(st.text(st.sampled_from("eaiouéèêàçôïùbcdlmnrst E"), max_size=40))
def test_sound_french_is_never_mended(french: str) -> None:
    """A row with a sound accent is left as it is; one that was broken comes back whole."""
    row = [french, "é"]
    assert csv_rows.mended(row, "marc8-in-latin1") == row
    broken = french
    for good, bad in (("é", "âe"), ("è", "áe"), ("ê", "ãe"), ("à", "áa"), ("ç", "ðc"), ("ô", "ão"), ("ï", "èi"), ("ù", "áu")):
        broken = broken.replace(good, bad)
    assert csv_rows.mended([broken], "marc8-in-latin1") == [french]


def test_films_know_their_platform() -> None:
    """The list of a platform: the number is the platform's, directors are several."""
    (found,) = rows('ID,Title,Directors,Year\n7,Dead Mail,"Kyle Roux,Joe Latil",2024\n', "films-mednum")
    assert isinstance(found, Record)
    assert found.identifiers == (Identifier("platform:mednum", "7"),) and found.authors == ("Kyle Roux", "Joe Latil")
    assert found.contributors[0].role is Role.DIRECTOR and found.kind is Kind.FILM


@given(st.binary(max_size=400))
def test_any_bytes_are_some_rows(data: bytes) -> None:
    """A table of anything gives rejects or records, never an error."""
    for mapping in csv_mapping.names():
        assert all(isinstance(o, Record | Rejected) for o in csv_rows.outcomes([data], csv_mapping.mapping(mapping), "s"))
        header = TOULOUSE.encode() if mapping == "prets-toulouse" else b"ID,Title,Directors,Year\n"
        assert all(isinstance(o, Record | Rejected) for o in csv_rows.outcomes([header, data], csv_mapping.mapping(mapping), "s"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[columns]\nid = 'a'", "columns.title"),
        ("[columns]\ntitle = 'a'\ntitel = 'b'", "columns.titel"),
        ("[columns]\ntitle = 0", "colonne 0"),
        ("[columns]\ntitle = 'a'\n[constants]\nkind = 'livre'", "livre"),
        ("delimiter = ';;'\n[columns]\ntitle = 'a'", "delimiter"),
        ("repair = 'magie'\n[columns]\ntitle = 'a'", "magie"),
        ("encoding = 'klingon'\n[columns]\ntitle = 'a'", "klingon"),
        ("pas du toml", ""),
    ],
)
def test_a_wrong_mapping_names_its_fault(text: str, key: str) -> None:
    """The person who wrote the file learns which word to look at."""
    with pytest.raises(DataError) as caught:
        csv_mapping.parse_mapping(text, "le-mien")
    assert "le-mien" in str(caught.value) and key in str(caught.value)


# -- items ------------------------------------------------------------------------------------------------------------------


def held(dialect: str, *fields: str) -> items.Held:
    """Read items written as "fBARCODE|bBRANCH…"."""
    how = items.dialect(dialect)
    pairs = [("  ", [(part[0], part[1:]) for part in field.split("|")]) for field in fields]
    return items.read(Marc("", {how.tag: pairs}, {}, {}, bytes.decode), how)


@pytest.mark.parametrize(
    ("dialect", "field", "status"),
    [
        ("koha-995", "bA|f1|o0|20", ItemStatus.AVAILABLE),
        ("koha-995", "bA|f1|o0|n2024-07-11", ItemStatus.ON_LOAN),
        ("koha-995", "bA|f1|o2", ItemStatus.REFERENCE),
        ("koha-995", "bA|f1|o-3", ItemStatus.UNAVAILABLE),
        ("koha-995", "bA|f1|o0|21|n2024-07-11", ItemStatus.UNAVAILABLE),
        ("koha-952", "aA|p1|70", ItemStatus.AVAILABLE),
        ("koha-952", "aA|p1|q2024-07-11", ItemStatus.ON_LOAN),
        ("koha-952", "aA|p1|71", ItemStatus.REFERENCE),
        ("orphee-995", "cA|f1|s2", ItemStatus.ON_LOAN),
        ("orphee-995", "cA|f1|s3", ItemStatus.ON_HOLD),
        ("orphee-995", "cA|f1|s14", ItemStatus.UNAVAILABLE),
        ("orphee-995", "cA|f1|n11/07/2024", ItemStatus.ON_LOAN),
        ("orphee-995", "cA|f1|oexclu du prêt", ItemStatus.REFERENCE),
        ("symphony-949", "mA|i1|rY", ItemStatus.AVAILABLE),
    ],
)
def test_statuses(dialect: str, field: str, status: ItemStatus) -> None:
    """Each dialect's way to say where a copy is, and when it comes back."""
    (holding,) = held(dialect, field).holdings
    (item,) = holding.items
    assert (holding.branch, item.barcode, item.status) == ("A", "1", status)
    assert item.due in ("", "2024-07-11") and (item.due == "" or status is ItemStatus.ON_LOAN)


def test_items_gather_by_branch_and_tell_kinds() -> None:
    """Copies of one branch are one holding; a document type of the library refines the kind."""
    found = held("koha-995", "bA|f1|rPRETDVD", "bB|f2", "cA|bB|f3|qb")
    assert [(h.branch, [i.barcode for i in h.items]) for h in found.holdings] == [("A", ["1", "3"]), ("B", ["2"])]
    assert (found.kind, found.audience) == (Kind.FILM, Audience.EARLY)


def test_every_shipped_file_is_sound() -> None:
    """All dialects and mappings that come with the kiosk are read."""
    assert {items.dialect(name).name for name in items.names()} >= {"koha-995", "koha-952", "orphee-995"}
    assert {csv_mapping.mapping(name).name for name in csv_mapping.names()} == {"films-mednum", "prets-toulouse"}


# -- telling them apart ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"01071nj  a2200253   4500001000600000", Format.ISO2709),
        (b'<?xml version="1.0"?><collection><record><leader>', Format.MARCXML),
        (b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>', Format.DUBLIN_CORE),
        (b'\xef\xbb\xbf<feed xmlns="http://www.w3.org/2005/Atom">', Format.OPDS1),
        (b'{"metadata": {"title": "x"}, "publications": []}', Format.OPDS2),
        (b"ID;Titre;Auteur\n1;a;b", Format.CSV),
        (b'{"a": 1}', Format.UNKNOWN),
        (b"<html><body>", Format.UNKNOWN),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Format.UNKNOWN),
        (b"", Format.UNKNOWN),
    ],
)
def test_sniffing(head: bytes, what: Format) -> None:
    """By content, whatever the name."""
    assert sniff.sniff(head) is what


@given(st.binary(max_size=300))
def test_sniffing_never_raises(head: bytes) -> None:
    """Any bytes are some format, or none."""
    assert sniff.sniff(head) in Format and sniff.flavour(head) in Flavour


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="no sample data here")
def test_the_csv_samples() -> None:
    """Both real tables: every row with a title comes in, and no broken accent is left."""
    loans = list(csv_rows.outcomes([(SAMPLES / "csv/imprimes-toulouse.csv").read_bytes()], csv_mapping.mapping("prets-toulouse"), "s"))
    records = [o for o in loans if isinstance(o, Record)]
    assert len(records) > 2_500 and len(loans) - len(records) <= 1
    text = " ".join(r.title + r.subtitle + r.publisher + "".join(r.authors) for r in records)
    assert not any(pair in text for pair in ("âe", "áe", "ãe", "ão", "ðc", "áa"))
    films = list(csv_rows.outcomes([(SAMPLES / "csv/films-mednum.csv").read_bytes()], csv_mapping.mapping("films-mednum"), "s"))
    assert len(films) == 5_634 and all(isinstance(o, Record) for o in films)
