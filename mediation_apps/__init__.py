"""Workshops for lent tablets, authored by librarians."""
