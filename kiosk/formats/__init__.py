"""Bytes to records, purely: ISO 2709 and XML MARC, Dublin Core, OPDS, CSV.

Guarantees: nothing here opens a file or a socket; every parser takes bytes and gives `Outcome`s, one for each record
found, and never stops at a bad one.
"""

from kiosk.formats.outcome import Deleted, Outcome, Rejected

__all__ = ["Deleted", "Outcome", "Rejected"]
