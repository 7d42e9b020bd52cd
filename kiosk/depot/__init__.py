"""Catalogue packs: publish, fetch, verify, share."""
