"""A catalogue of a dozen works for tests of screens, through the real store and engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.domain import (
    Audience,
    Author,
    Branch,
    Contributor,
    Event,
    Holding,
    Item,
    ItemStatus,
    Kind,
    Link,
    LinkRel,
    Record,
    Review,
    Role,
    Selection,
    SourceRef,
)
from kiosk.search.port import Query
from kiosk.store.catalogue import Catalogue

BRANCHES = (
    Branch("BAR", "Barrême", "Barrême", opening="mer. 14 h-18 h · sam. 10 h-12 h"),
    Branch("DIG", "Digne-les-Bains", "Digne-les-Bains"),
    Branch("CAS", "Castellane", "Castellane"),
    Branch("MAN", "Manosque", "Manosque"),
)
LONG = (
    "Douze histoires que l’on racontait à la veillée, de la Durance au Luberon : un berger trop curieux, une fée qui a perdu "
    "sa rivière, un moulin qui tourne sans vent.\n\nElles font rire, un peu peur, et donnent envie de les dire à son tour. "
    "Chaque conte tient en dix minutes, le temps que le feu baisse."
)


COVER = "https://couvertures.invalid/mireille.jpg"


def _record(n: int, title: str, author: str, kind: Kind, year: int, **more: object) -> Record:
    people = (Contributor(author, role=Role.DIRECTOR if kind is Kind.FILM else Role.AUTHOR),) if author else ()
    return Record(
        id=f"r{n}",
        title=title,
        kind=kind,
        year=year,
        contributors=people,
        sources=(SourceRef("test", f"s{n}"),),
        **more,  # type: ignore[arg-type]
    )


def _copy(branch: str, number: str, call: str, status: ItemStatus = ItemStatus.AVAILABLE, due: str = "") -> Holding:
    return Holding(branch, (Item(f"{branch}{number}", call, status=status, due=due),))


def _online(platform: str, ident: str) -> tuple[Link, ...]:
    return (Link(f"https://portail.example.org/acces/{platform}/{ident}", LinkRel.ACCESS, platform),)


RECORDS = (
    _record(
        1,
        "Contes de Provence",
        "Frédéric Mistral",
        Kind.BOOK,
        1884,
        summary=LONG,
        audience=Audience.CHILDREN,
        age_min=8,
        publisher="Éditions du Mas",
        place="Avignon",
        extent="107 p.",
        languages=("fre",),
        subjects=("Contes", "Provence"),
        classification="398.2",
        holdings=(
            _copy("BAR", "1", "J CON MIS"),
            _copy("DIG", "1", "Fonds régional"),
            _copy("CAS", "1", "J CON MIS", ItemStatus.ON_LOAN, "2026-12-03"),
        ),
        reviews=(
            Review("On les a lus trois soirs de suite, et les enfants ont réclamé le quatrième.", "Médiathèque de Digne", 5),
            Review("Le moulin sans vent est une merveille.", "Aline"),
        ),
    ),
    _record(2, "Lettres de mon moulin", "Alphonse Daudet", Kind.AUDIOBOOK, 1869, links=_online("audio", "1"), subjects=("Provence",)),
    _record(3, "La Chèvre de monsieur Seguin", "Alphonse Daudet", Kind.FILM, 2018, links=_online("video", "2"), subjects=("Provence",)),
    _record(
        4,
        "Mireille",
        "Frédéric Mistral",
        Kind.BOOK,
        1859,
        holdings=(_copy("DIG", "4", "P MIS"),),
        links=(Link(COVER, LinkRel.COVER),),
        subjects=("Provence",),
    ),
    _record(5, "Les Quatre Saisons", "Antonio Vivaldi", Kind.MUSIC, 1725, links=_online("musique", "5")),
    _record(6, "Vingt mille lieues sous les mers", "Jules Verne", Kind.BOOK, 1870, holdings=(_copy("BAR", "6", "R VER"),)),
    _record(
        7,
        "Le Tour du monde en quatre-vingts jours, raconté aux enfants qui aiment les trains et les éléphants",
        "Jules Verne",
        Kind.BOOK,
        1872,
        holdings=(_copy("MAN", "7", "R VER", ItemStatus.ON_LOAN, "2027-01-01"),),
    ),
    _record(8, "Échecs et curiosité", "", Kind.GAME, 2020, links=_online("jeux", "8")),
    _record(9, "Initiation à l’aquarelle", "Claire Aubert", Kind.COURSE, 2021, links=_online("cours", "9")),
    _record(
        10,
        "Atlas des papillons des Alpes",
        "Paul Esménard",
        Kind.BOOK,
        1998,
        holdings=(_copy("BAR", "10", "595 ESM", ItemStatus.REFERENCE),),
    ),
    _record(11, "Le Journal de la vallée", "", Kind.PRESS, 2026, links=_online("presse", "11")),
    _record(12, "Petits robots à la bibliothèque", "", Kind.KIT, 2024, holdings=(_copy("DIG", "12", "KIT 3"),)),
)
SELECTIONS = (
    Selection(
        "hiver",
        "La Provence en hiver",
        ("r1", "r4", "r2", "r3", "r6", "gone", "r10"),
        "Des livres à lire près du poêle, quand la neige ferme les cols.\n\nNous les avons choisis pour les longues soirées de décembre.",
        "Les bibliothécaires de Barrême",
        "2026-11-20",
    ),
    Selection("trains", "Voyages immobiles", ("r6", "r7"), "Partir sans bouger de son fauteuil."),
)
EVENTS = (
    Event(
        "e1",
        "Atelier « Info ou intox »",
        "2026-11-25T14:00",
        "2026-11-25T16:00",
        "BAR",
        "Salle du conseil",
        "dès 12 ans",
        "Repérer une fausse image en trois questions.\n\nOn joue par équipes de quatre, avec de vraies images.",
        12,
        ("r11",),
    ),
    Event(
        "e2", "Heure du conte", "2026-12-02T10:30", "", "DIG", "", "de 3 à 6 ans", "Des histoires d’ours et de neige.", None, ("r1", "r3")
    ),
    Event("e3", "Club de lecture", "2026-12-12T18:00", "2026-12-12T19:30", "BAR", "", "adultes", "On apporte un livre aimé.", 10),
)
AUTHORS = (
    Author(
        "Frédéric Mistral",
        "Mistral, Frédéric",
        "1830",
        "1914",
        "Poète de Maillane, il écrit en provençal et passe vingt ans à recueillir les mots de sa langue.\n\nPrix Nobel en 1904.",
    ),
)


def build(data: Path) -> Path:
    """Write the little catalogue into `data`; selections and events name records by the ids that the store gave."""
    with Catalogue.open(data) as catalogue:
        with catalogue.harvest("test") as harvest:
            harvest.add(RECORDS)
        stable = {f"r{n}": hit.id for n, hit in enumerate(catalogue.hits(range(1, len(RECORDS) + 1)), 1)}
        selections = [replace(s, record_ids=tuple(stable.get(r, r) for r in s.record_ids)) for s in SELECTIONS]
        events = [replace(e, record_ids=tuple(stable.get(r, r) for r in e.record_ids)) for e in EVENTS]
        catalogue.put_network(branches=BRANCHES, selections=selections, events=events, authors=AUTHORS)
    return data


def id_of(catalogue: Catalogue, title: str) -> str:
    """The stable id that the store gave a work."""
    return catalogue.hits(catalogue.engine.search(Query(title)).ids[:1])[0].id
