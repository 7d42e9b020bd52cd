"""The SQLite catalogue, covers and outbox."""
