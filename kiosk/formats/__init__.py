"""Bytes to records, purely: ISO 2709 and XML MARC, Dublin Core, OPDS, CSV."""
