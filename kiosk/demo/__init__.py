"""The embedded demonstration catalogue."""
