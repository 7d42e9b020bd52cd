"""The patron's world as plain values: records, the network, holds. Pure: standard library only."""

from kiosk.domain.hold import FINAL, Hold, HoldState, Patron
from kiosk.domain.network import Branch, Event, Rubric, Selection
from kiosk.domain.record import (
    CREATORS,
    Audience,
    Author,
    Contributor,
    Holding,
    Identifier,
    Item,
    ItemStatus,
    Kind,
    Link,
    LinkRel,
    Record,
    Review,
    Role,
    SourceRef,
)

__all__ = [
    "CREATORS",
    "FINAL",
    "Audience",
    "Author",
    "Branch",
    "Contributor",
    "Event",
    "Hold",
    "HoldState",
    "Holding",
    "Identifier",
    "Item",
    "ItemStatus",
    "Kind",
    "Link",
    "LinkRel",
    "Patron",
    "Record",
    "Review",
    "Role",
    "Rubric",
    "Selection",
    "SourceRef",
]
