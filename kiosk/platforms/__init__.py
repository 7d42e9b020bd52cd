"""The lending platforms, as data."""
