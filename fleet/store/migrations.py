"""The inventory's tables. A migration that was released is never edited: a new one is added after it.

Guarantees held by the file itself, whatever program writes to it: no device is promised to two loans on the same days or
is out twice; a loan that has ended keeps its days; an attestation is never changed or deleted.
"""

from __future__ import annotations

import json

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

inventory_migrations = Migrations("fleet.inventory")

# Two loans share a day when one starts before the other's last day. On a last day the case is back: it may leave again.
# (Both start the same day: they collide, even when one lasts a single day.)
_SHARE_A_DAY = "((a.starts < b.ends AND b.starts < a.ends) OR a.starts = b.starts)"

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES ('installation', lower(hex(randomblob(8))));
CREATE TABLE libraries (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, town TEXT NOT NULL DEFAULT '', department TEXT NOT NULL DEFAULT '04',
  email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE themes (id TEXT PRIMARY KEY, label TEXT NOT NULL, profiles TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE cases (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, theme_id TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
  photo TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE devices (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, driver TEXT NOT NULL, manufacturer TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '', serial TEXT NOT NULL DEFAULT '', property_number TEXT NOT NULL DEFAULT '',
  media_type TEXT NOT NULL DEFAULT '', case_id TEXT REFERENCES cases(id), host_key TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '', port INTEGER NOT NULL DEFAULT 22 CHECK (port BETWEEN 1 AND 65535),
  user TEXT NOT NULL DEFAULT '', condition TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  battery INTEGER CHECK (battery BETWEEN 0 AND 100), firmware TEXT NOT NULL DEFAULT '', last_seen TEXT,
  attestation_id TEXT NOT NULL DEFAULT '', profile_id TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX devices_by_case ON devices(case_id);
CREATE UNIQUE INDEX devices_by_property ON devices(property_number) WHERE property_number <> '';
CREATE UNIQUE INDEX devices_by_serial ON devices(serial, manufacturer) WHERE serial <> '';
CREATE UNIQUE INDEX devices_by_host_key ON devices(host_key) WHERE host_key <> '';
CREATE TABLE accessories (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id), name TEXT NOT NULL, count INTEGER NOT NULL CHECK (count >= 0),
  present INTEGER NOT NULL CHECK (present >= 0), photo TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE loans (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id), library_id TEXT NOT NULL REFERENCES libraries(id),
  starts TEXT NOT NULL, ends TEXT NOT NULL CHECK (ends >= starts),
  state TEXT NOT NULL CHECK (state IN ('reserved', 'out', 'returned', 'cancelled')),
  reserved_at TEXT, out_at TEXT, returned_at TEXT, cancelled_at TEXT, erased_at TEXT,
  extensions INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
  CHECK (state <> 'out' OR out_at IS NOT NULL), CHECK (state <> 'returned' OR returned_at IS NOT NULL)
) STRICT;
CREATE INDEX loans_by_case ON loans(case_id, state);
CREATE TABLE borrowers (
  loan_id TEXT PRIMARY KEY REFERENCES loans(id), name TEXT NOT NULL DEFAULT '', signature_kind TEXT, signature BLOB
) STRICT;
CREATE TABLE loan_devices (
  loan_id TEXT NOT NULL REFERENCES loans(id), device_id TEXT NOT NULL REFERENCES devices(id), PRIMARY KEY (loan_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX loan_devices_by_device ON loan_devices(device_id);
CREATE TABLE loan_exceptions (
  loan_id TEXT NOT NULL REFERENCES loans(id), item TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (loan_id, item, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE attestations (
  id TEXT PRIMARY KEY, device_id TEXT NOT NULL, verdict TEXT NOT NULL, level TEXT NOT NULL, finished_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX attestations_by_device ON attestations(device_id, finished_at);
"""

_DEVICE_TRIGGER = f"""
CREATE TRIGGER no_device_twice BEFORE INSERT ON loan_devices
WHEN EXISTS (
  SELECT 1 FROM loans a, loan_devices d JOIN loans b ON b.id = d.loan_id
  WHERE a.id = NEW.loan_id AND d.device_id = NEW.device_id AND b.id <> a.id
    AND a.state IN ('reserved', 'out') AND b.state IN ('reserved', 'out')
    AND ((a.state = 'out' AND b.state = 'out') OR {_SHARE_A_DAY})
)
BEGIN SELECT RAISE(ABORT, 'overlap'); END;
"""

_LOAN_TRIGGER = f"""
CREATE TRIGGER no_loan_moved_onto_another BEFORE UPDATE OF starts, ends, state ON loans
WHEN NEW.state IN ('reserved', 'out') AND EXISTS (
  SELECT 1 FROM (SELECT NEW.starts AS starts, NEW.ends AS ends) a, loan_devices mine
  JOIN loan_devices d ON d.device_id = mine.device_id JOIN loans b ON b.id = d.loan_id
  WHERE mine.loan_id = NEW.id AND b.id <> NEW.id AND b.state IN ('reserved', 'out')
    AND ((NEW.state = 'out' AND b.state = 'out') OR {_SHARE_A_DAY})
)
BEGIN SELECT RAISE(ABORT, 'overlap'); END;
"""

_ENDED_TRIGGER = """
CREATE TRIGGER an_ended_loan_stays BEFORE UPDATE OF starts, ends, state, case_id, library_id, out_at, returned_at ON loans
WHEN OLD.state IN ('returned', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'ended'); END;
"""

_ATTESTATION_TRIGGERS = """
CREATE TRIGGER attestations_are_never_changed BEFORE UPDATE ON attestations BEGIN SELECT RAISE(ABORT, 'attestation'); END;
CREATE TRIGGER attestations_are_never_deleted BEFORE DELETE ON attestations BEGIN SELECT RAISE(ABORT, 'attestation'); END;
"""

# The themes one starts with: which profile of images/profiles each kind of device gets.
_THEMES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("info-ou-intox", "Info ou intox", {"tablet": "info-ou-intox"}),
    ("premiers-gestes", "Premiers gestes", {"tablet": "premiers-gestes"}),
    ("cyber-reflexes", "Cyber-réflexes", {"tablet": "cyber-reflexes"}),
    ("robots", "Robots", {"tablet": "tablette-atelier-base"}),
    ("studio-son", "Studio son", {"computer": "studio-son", "tablet": "tablette-atelier-base"}),
    ("liseuses", "Liseuses", {"tablet": "tablette-atelier-base"}),
)


@inventory_migrations()  # type: ignore[untyped-decorator]
def first_tables(db: Database) -> None:
    """Everything of the first version."""
    for statement in [*_TABLES.split(";\n"), _DEVICE_TRIGGER, _LOAN_TRIGGER, _ENDED_TRIGGER, *_ATTESTATION_TRIGGERS.strip().splitlines()]:
        if statement.strip():
            db.conn.execute(statement)
    for theme_id, label, profiles in _THEMES:
        whole = {"ereader": "liseuse", "kiosk": "kiosque", "robot": "robot"} | profiles
        db.conn.execute("INSERT INTO themes (id, label, profiles) VALUES (?, ?, ?)", (theme_id, label, json.dumps(whole, sort_keys=True)))
