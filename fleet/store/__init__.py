"""Inventory, loans and journal in SQLite."""
