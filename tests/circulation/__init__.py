"""Tests of kiosk.circulation."""
