"""`catalogue search`, `show` and `stats`: what the catalogue holds, without a screen.

Guarantees: the catalogue is opened for reading only.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from datetime import date, datetime

from kiosk import platforms
from kiosk.cli import labels, shapes
from kiosk.cli.terminal import Terminal, number, plural, printable, size
from kiosk.domain import Link, LinkRel, Record
from kiosk.errors import DataError, NotFound
from kiosk.search.port import FACETS, Answer, Query, Sort
from kiosk.store.catalogue import Catalogue, Stats
from kiosk.store.hits import Hit
from kiosk.ui import labels as words

_LINKS = {
    LinkRel.ACCESS: "Accès",
    LinkRel.COVER: "Couverture",
    LinkRel.THUMBNAIL: "Vignette",
    LinkRel.RECORD: "Notice",
    LinkRel.EXCERPT: "Extrait",
}


def add_search(parser: argparse.ArgumentParser) -> None:
    """Declare what `search` takes."""
    parser.add_argument("words", nargs="*", help="les mots cherchés ; sans mots, tout le catalogue")
    parser.add_argument("--facet", action="append", default=[], metavar="NOM=VALEUR", help=f"répétable ; noms : {', '.join(FACETS)}")
    parser.add_argument("--here", default="", metavar="CODE", help="seulement ce qui est en rayon dans cette bibliothèque")
    parser.add_argument("--sort", choices=[s.value for s in Sort], default=Sort.RELEVANCE.value, help="l’ordre des résultats")
    parser.add_argument("--limit", type=_positive, default=20, help="nombre de résultats montrés (20)")
    parser.add_argument("--offset", type=_natural, default=0, help="nombre de résultats passés (0)")


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError("un nombre entre 1 et 100000")
    return int(text)


def _natural(text: str) -> int:
    if not text.isdigit() or int(text) > 10_000_000:
        raise argparse.ArgumentTypeError("un nombre positif")
    return int(text)


def facets(texts: list[str]) -> dict[str, frozenset[str]]:
    """Read `--facet` options: values of one facet add up. Raises DataError for a name that is not a facet."""
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in FACETS:
            raise DataError(f"--facet {text} : écrivez NOM=VALEUR, avec pour nom {', '.join(FACETS)}.")
        found[name].add(value)
    return {name: frozenset(values) for name, values in found.items()}


def search(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Find and print."""
    query = Query(" ".join(arguments.words), facets(arguments.facet), Sort(arguments.sort), arguments.here)
    with Catalogue.open(arguments.data, readonly=True) as catalogue:
        found = catalogue.engine.search(query)
        hits = catalogue.hits(found.ids[arguments.offset : arguments.offset + arguments.limit])
        names = {branch.code: branch.name for branch in catalogue.branches()}
    if arguments.json:
        terminal.line(json.dumps(shapes.answer(found, hits), ensure_ascii=False, indent=1))
    else:
        _print_answer(found, hits, names, arguments.offset, terminal)
    return 0


def _print_answer(found: Answer, hits: list[Hit], names: dict[str, str], offset: int, terminal: Terminal) -> None:
    took = f"{found.ms:.0f}" if found.ms >= 1 else "moins d’une"
    terminal.line(terminal.style(plural(found.total, "résultat"), "strong") + terminal.style(f"  ({took} ms)", "mute"))
    if found.correction:
        terminal.line(f"Essayez avec : {terminal.style(printable(found.correction), 'strong')}")
    today = datetime.now().astimezone().date()
    for rank, hit in enumerate(hits, offset + 1):
        terminal.line()
        terminal.line(
            f"{rank:>4}. {terminal.style(printable(hit.title), 'title')}{printable(f' : {hit.subtitle}' if hit.subtitle else '')}"
        )
        facts = [printable(hit.authors), str(hit.year or ""), labels.kind(hit.kind.value)]
        terminal.line("      " + " · ".join(fact for fact in facts if fact))
        where = _where(hit, names, today)
        terminal.line(terminal.style(f"      {where}{'  ' if where else ''}[{hit.id}]", "mute"))
    for name in FACETS:
        counts = found.facets.get(name, ())
        if found.total and counts:
            shown = ", ".join(f"{printable(labels.facet_value(name, c.value, names))} ({number(c.count)})" for c in counts[:6])
            if name == FACETS[0]:
                terminal.line()
            terminal.paragraph(f"{labels.FACETS[name]} : {shown}{' …' if len(counts) > 6 else ''}")


def _where(hit: Hit, names: dict[str, str], today: date) -> str:
    parts = []
    if hit.online:
        parts.append("en ligne" + (f" ({', '.join(map(platforms.name, hit.platforms))})" if hit.platforms else ""))
    if hit.branches:
        shown = ", ".join(names.get(code, code) for code in hit.branches[:5])
        parts.append(f"en rayon : {shown}{'…' if len(hit.branches) > 5 else ''}")
    elif hit.branches_any:
        back = hit.due >= today.isoformat()
        parts.append(f"retour attendu le {words.day(hit.due, today)}" if back else "pas en rayon")
    return printable(" · ".join(parts))


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print one record."""
    with Catalogue.open(arguments.data, readonly=True) as catalogue:
        try:
            record = catalogue.get(arguments.id)
        except NotFound as e:
            raise NotFound(f"Pas de notice « {arguments.id} » au catalogue.") from e
        names = {branch.code: branch.name for branch in catalogue.branches()}
    if arguments.json:
        terminal.line(json.dumps(shapes.record(record), ensure_ascii=False, indent=1))
    else:
        _print_record(record, names, terminal)
    return 0


def _print_record(record: Record, names: dict[str, str], terminal: Terminal) -> None:
    terminal.line(terminal.style(printable(record.title), "title"))
    if record.subtitle:
        terminal.paragraph(record.subtitle)
    if record.authors:
        terminal.line(terminal.style("de " + printable(", ".join(record.authors)), "strong"))
    terminal.line()
    for label, text in _facts(record):
        terminal.line(f"{terminal.style(label.ljust(14), 'mute')} {printable(text)}")
    if record.summary:
        terminal.line()
        terminal.paragraph(record.summary)
    today = datetime.now().astimezone().date()
    for holding in record.holdings:
        terminal.line()
        terminal.line(terminal.style(printable(names.get(holding.branch, holding.branch)), "strong"))
        for item in holding.items:
            parts = (words.item_words(item, today), item.call_number, item.location)
            terminal.line("  " + printable(" · ".join(part for part in parts if part)))
    for review in record.reviews:
        terminal.line()
        terminal.paragraph(f"« {review.text} » {review.by}".strip())
    if record.links:
        terminal.line()
    for link in record.links:
        terminal.line(f"{terminal.style(_link_label(link).ljust(14), 'mute')} {printable(link.url)}")
    terminal.line()
    origins = ", ".join(f"{ref.source} n° {ref.source_id}" for ref in record.sources)
    terminal.line(terminal.style(printable(f"[{record.id}] {origins}"), "mute"))


def _facts(record: Record) -> list[tuple[str, str]]:
    others = [f"{c.name} ({words.role(c.role).lower()})" for c in record.contributors if c.name not in record.authors]
    facts = [
        ("Type", words.kind(record.kind)),
        ("Avec", ", ".join(others)),
        ("Publication", ", ".join(part for part in (record.place, record.publisher, str(record.year or "")) if part)),
        ("Description", record.extent),
        ("Dans", f"{record.series}{f', {record.volume}' if record.volume else ''}" if record.series else ""),
        ("Langue", ", ".join(words.language(code) for code in record.languages)),
        ("Public", words.AUDIENCES[record.audience] if record.audience else ""),
        ("Dès", f"{record.age_min} ans" if record.age_min else ""),
        ("Genres", ", ".join(record.genres)),
        ("Sujets", ", ".join(record.subjects)),
        ("Classement", record.classification),
        ("Numéros", ", ".join(f"{i.scheme.upper()} {i.value}" for i in record.identifiers)),
    ]
    return [(label, text) for label, text in facts if text]


def _link_label(link: Link) -> str:
    return _LINKS[link.rel] + (f" {platforms.name(link.platform)}" if link.platform else "")


def stats(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print what the catalogue holds and what was set aside."""
    with Catalogue.open(arguments.data, readonly=True) as catalogue:
        value = catalogue.stats()
    if arguments.json:
        terminal.line(json.dumps(shapes.stats(value), ensure_ascii=False, indent=1))
    else:
        _print_stats(value, terminal)
    return 0


def _print_stats(value: Stats, terminal: Terminal) -> None:
    terminal.line(terminal.style(plural(value.records, "notice"), "strong") + f", {size(value.size)}")
    if value.updated_at:
        moment = datetime.fromisoformat(value.updated_at).astimezone()
        terminal.line(f"Dernière moisson : le {moment:%d/%m/%Y} à {moment:%H} h {moment:%M}")
    for title, counts in (("Par type", {labels.kind(k): n for k, n in value.by_type.items()}), ("Par source", dict(value.by_source))):
        if counts:
            terminal.line()
            terminal.line(terminal.style(title, "strong"))
            terminal.bars([(printable(label), count) for label, count in counts.items()])
    if value.rejects:
        terminal.line()
        terminal.line(terminal.style("Mises de côté", "strong"))
        for source, reasons in value.rejects.items():
            terminal.line(f"  {printable(source)}")
            for reason, count in reasons.items():
                terminal.line(f"    {number(count)} × {printable(reason)}")
