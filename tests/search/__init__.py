"""Tests of kiosk.search."""
