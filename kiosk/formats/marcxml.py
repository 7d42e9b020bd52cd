"""MARCXML and the XML of UNIMARC exports: one `<record>` element to fields.

Guarantees: namespaces do not matter; a record without a leader gets one; a character the parser accepted is kept.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from kiosk.formats.marc import Field, Marc
from kiosk.formats.xml import local

BLANK_LEADER = " " * 5 + "nam  22" + " " * 12


def read(element: Element) -> Marc:
    """Take the fields out of a record element."""
    leader = BLANK_LEADER
    fields: dict[str, list[Field]] = {}
    for child in element:
        name = local(child.tag)
        if name == "leader":
            leader = (child.text or "").ljust(24)
        elif name == "controlfield":
            fields.setdefault(child.get("tag", ""), []).append(("", [("", child.text or "")]))
        elif name == "datafield":
            pairs = [(sub.get("code", "")[:1], sub.text) for sub in child if local(sub.tag) == "subfield" and sub.text]
            fields.setdefault(child.get("tag", ""), []).append((child.get("ind1", " ") + child.get("ind2", " "), pairs))
    return Marc(leader, fields, {}, {}, bytes.decode)
