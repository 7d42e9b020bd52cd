"""A strict reader of iCalendar (RFC 5545), written from the standard, not from our writer: it refuses what the grammar does not allow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

# 3.1: name *(";" param) ":" value, with quoted or safe parameter values; no control characters but tab.
LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*):(.*)', re.DOTALL)
TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")  # 3.3.11
# 3.6, 3.6.1, 3.6.6: once at least and at most, or once at most.
RULES: dict[str, tuple[set[str], set[str]]] = {
    "VCALENDAR": ({"PRODID", "VERSION"}, {"CALSCALE", "METHOD"}),
    "VEVENT": (
        {"UID", "DTSTAMP", "DTSTART"},
        {"DTEND", "SEQUENCE", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "CREATED", "CLASS", "LAST-MODIFIED"},
    ),
    "VALARM": ({"ACTION", "TRIGGER", "DESCRIPTION"}, set()),
}
INSIDE = {"VCALENDAR": "", "VEVENT": "VCALENDAR", "VALARM": "VEVENT"}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "UID", "PRODID"}
ALLOWED = {
    "STATUS": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "TRANSP": {"OPAQUE", "TRANSPARENT"},
    "ACTION": {"DISPLAY"},
    "VERSION": {"2.0"},
    "CALSCALE": {"GREGORIAN"},
    "METHOD": {"PUBLISH"},
}


@dataclass
class Component:
    """A component with its properties (value, parameters) and what is in it."""

    name: str
    properties: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    inside: list[Component] = field(default_factory=list)


def read(data: bytes) -> Component:
    """Return the calendar; ValueError says what the standard does not allow."""
    text = data.decode("utf-8")
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", "") or "\r" in text.replace("\r\n", ""):
        raise ValueError("lines end with CRLF")
    if any(len(line) > 75 for line in data.split(b"\r\n")):
        raise ValueError("a line is longer than 75 octets")
    stack: list[Component] = []
    done: Component | None = None
    for line in re.sub(r"\r\n[ \t]", "", text)[:-2].split("\r\n"):
        match = LINE.fullmatch(line)
        if match is None or done is not None:
            raise ValueError(f"not a content line: {line[:60]!r}")
        name, parameters, value = match[1].upper(), dict(p.split("=", 1) for p in match[2].split(";")[1:]), match[3]
        if name == "BEGIN":
            if value not in INSIDE or INSIDE[value] != (stack[-1].name if stack else ""):
                raise ValueError(f"{value} does not belong here")
            stack.append(Component(value))
        elif name == "END":
            if not stack or stack[-1].name != value:
                raise ValueError(f"END:{value} without its BEGIN")
            _check(stack[-1])
            ended = stack.pop()
            if stack:
                stack[-1].inside.append(ended)
            else:
                done = ended
        else:
            _add(stack[-1], name, value, parameters)
    if done is None:
        raise ValueError("the calendar has no end")
    return done


def _add(where: Component, name: str, value: str, parameters: dict[str, str]) -> None:
    needed, most = RULES[where.name]
    if name in where.properties or (name not in needed | most and not name.startswith("X-")):
        raise ValueError(f"{name} twice, or not in {where.name}")
    if name in TEXTS and not TEXT.fullmatch(value):
        raise ValueError(f"{name} is not escaped text: {value[:60]!r}")
    if name in ALLOWED and value not in ALLOWED[name]:
        raise ValueError(f"{name}:{value}")
    where.properties[name] = (value, parameters)


def day_of(component: Component, name: str) -> date:
    """A DATE value."""
    value, parameters = component.properties[name]
    if parameters != {"VALUE": "DATE"}:
        raise ValueError(f"{name} is no whole day")
    return datetime.strptime(value, "%Y%m%d").date()


def _check(component: Component) -> None:
    missing = RULES[component.name][0] - component.properties.keys()
    if missing:
        raise ValueError(f"{component.name} without {missing}")
    if component.name == "VALARM" and not re.fullmatch(
        r"[+-]?P(\d+W|\d+D|(\d+D)?T(\d+H)?(\d+M)?(\d+S)?)", component.properties["TRIGGER"][0]
    ):
        raise ValueError("TRIGGER")
    if component.name == "VEVENT":
        if day_of(component, "DTEND") <= day_of(component, "DTSTART"):
            raise ValueError("it ends before it starts")
        for name in ("DTSTAMP", "CREATED"):
            if name in component.properties:
                datetime.strptime(component.properties[name][0], "%Y%m%dT%H%M%SZ")
        if not re.fullmatch(r"\d+", component.properties["SEQUENCE"][0]):
            raise ValueError("SEQUENCE")
