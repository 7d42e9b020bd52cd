"""Provision, reset, verify: facts, difference, steps."""
