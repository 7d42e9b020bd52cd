"""Between the model's values and the rows of the inventory. Pure.

Guarantees: `X_row` and `X_of` are inverses; a code that this version does not know (written by a newer one) is a
`DataError`, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import (
    Accessory,
    Case,
    CheckinException,
    Condition,
    Device,
    DeviceKind,
    DeviceState,
    DriverName,
    ExceptionKind,
    Library,
    Loan,
    LoanState,
    Signature,
    SignatureKind,
    Theme,
)

Row = dict[str, Any]
T = TypeVar("T")


def utc_text(value: datetime | None) -> str | None:
    """ISO 8601 UTC to the second ("2026-11-22T15:30:00Z"), or None."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str | None) -> datetime | None:
    """The inverse of `utc_text`."""
    return None if not text else datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _known(build: Callable[[], T]) -> T:
    try:
        return build()
    except ValueError as error:
        raise DataError(
            _("L’inventaire vient d’une version plus récente de Colporteur ({error}). Mettez Colporteur à jour.").format(error=error)
        ) from error


_DEVICE_IDENTITY = ("id", "name", "manufacturer", "model", "serial", "property_number", "media_type", "firmware", "battery", "note")
_DEVICE_TEXT = (*_DEVICE_IDENTITY, "host_key", "address", "port", "user", "reason", "attestation_id", "profile_id")


def device_row(device: Device) -> Row:
    """A row of `devices`."""
    row: Row = {name: getattr(device, name) for name in _DEVICE_TEXT}
    return row | {
        "kind": device.kind.value,
        "driver": device.driver.value,
        "condition": device.condition.value,
        "state": device.state.value,
        "case_id": device.case_id or None,
        "last_seen": utc_text(device.last_seen),
    }


def device_of(row: Mapping[str, Any]) -> Device:
    """The inverse of `device_row`."""
    return _known(
        lambda: Device(
            **{name: row[name] for name in _DEVICE_TEXT},
            kind=DeviceKind(row["kind"]),
            driver=DriverName(row["driver"]),
            condition=Condition(row["condition"]),
            state=DeviceState(row["state"]),
            case_id=row["case_id"] or "",
            last_seen=instant(row["last_seen"]),
        )
    )


def case_row(case: Case) -> Row:
    """A row of `cases`."""
    return {name: getattr(case, name) for name in ("id", "name", "theme_id", "note", "photo")}


def case_of(row: Mapping[str, Any]) -> Case:
    """The inverse of `case_row`."""
    return Case(**row)


def library_row(library: Library) -> Row:
    """A row of `libraries`."""
    return {name: getattr(library, name) for name in ("id", "name", "town", "department", "email", "phone")}


def library_of(row: Mapping[str, Any]) -> Library:
    """The inverse of `library_row`."""
    return Library(**row)


def accessory_row(accessory: Accessory) -> Row:
    """A row of `accessories`."""
    return {name: getattr(accessory, name) for name in ("id", "case_id", "name", "count", "present", "photo", "note")}


def accessory_of(row: Mapping[str, Any]) -> Accessory:
    """The inverse of `accessory_row`."""
    return Accessory(**row)


def theme_row(theme: Theme) -> Row:
    """A row of `themes`."""
    profiles = json.dumps({kind.value: profile for kind, profile in theme.profiles.items()}, ensure_ascii=False, sort_keys=True)
    return {"id": theme.id, "label": theme.label, "profiles": profiles, "note": theme.note}


def theme_of(row: Mapping[str, Any]) -> Theme:
    """The inverse of `theme_row`."""
    profiles = _known(lambda: {DeviceKind(kind): str(profile) for kind, profile in json.loads(row["profiles"]).items()})
    return Theme(row["id"], row["label"], profiles, row["note"])


def loan_row(loan: Loan) -> Row:
    """A row of `loans`; devices, exceptions and the borrower live in their own tables."""
    return {
        "id": loan.id,
        "case_id": loan.case_id,
        "library_id": loan.library_id,
        "starts": loan.starts.isoformat(),
        "ends": loan.ends.isoformat(),
        "state": loan.state.value,
        "reserved_at": utc_text(loan.reserved_at),
        "out_at": utc_text(loan.out_at),
        "returned_at": utc_text(loan.returned_at),
        "cancelled_at": utc_text(loan.cancelled_at),
        "erased_at": utc_text(loan.erased_at),
        "extensions": loan.extensions,
        "note": loan.note,
    }


def loan_of(
    row: Mapping[str, Any], devices: tuple[str, ...], exceptions: tuple[CheckinException, ...], borrower: Mapping[str, Any] | None
) -> Loan:
    """A loan from its row and those of the tables beside it."""
    signature = None
    if borrower is not None and borrower["signature_kind"]:
        signature = Signature(SignatureKind(borrower["signature_kind"]), bytes(borrower["signature"] or b""))
    return _known(
        lambda: Loan(
            id=row["id"],
            case_id=row["case_id"],
            library_id=row["library_id"],
            starts=date.fromisoformat(row["starts"]),
            ends=date.fromisoformat(row["ends"]),
            state=LoanState(row["state"]),
            device_ids=devices,
            reserved_at=instant(row["reserved_at"]),
            out_at=instant(row["out_at"]),
            returned_at=instant(row["returned_at"]),
            cancelled_at=instant(row["cancelled_at"]),
            erased_at=instant(row["erased_at"]),
            extensions=row["extensions"],
            exceptions=exceptions,
            note=row["note"],
            borrower=borrower["name"] if borrower is not None else "",
            signature=signature,
        )
    )


def exception_of(row: Mapping[str, Any]) -> CheckinException:
    """An exception from its row."""
    return _known(lambda: CheckinException(row["item"], ExceptionKind(row["kind"]), row["count"], row["note"]))
