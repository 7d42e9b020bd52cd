"""Which exact devices a reservation stands for, kept right when devices move, break or come back from repair.

Guarantees: a reservation promises all lendable devices of its case and nothing else; a loan that is out keeps what left.
"""

from __future__ import annotations

from sqlite_utils import Database

from fleet.model import LENDABLE

_LENDABLE = ", ".join(f"'{condition.value}'" for condition in sorted(LENDABLE))


def keep_promises(db: Database) -> None:
    """Make the devices of every reservation those of its case; inside a transaction."""
    db.conn.execute(
        "DELETE FROM loan_devices WHERE EXISTS (SELECT 1 FROM loans l, devices d WHERE l.id = loan_devices.loan_id "
        "AND l.state = 'reserved' AND d.id = loan_devices.device_id "
        f"AND (d.case_id IS NOT l.case_id OR d.condition NOT IN ({_LENDABLE})))"
    )
    db.conn.execute(
        "INSERT INTO loan_devices (loan_id, device_id) SELECT l.id, d.id FROM loans l JOIN devices d ON d.case_id = l.case_id "
        f"WHERE l.state = 'reserved' AND d.condition IN ({_LENDABLE}) "
        "AND NOT EXISTS (SELECT 1 FROM loan_devices p WHERE p.loan_id = l.id AND p.device_id = d.id)"
    )
