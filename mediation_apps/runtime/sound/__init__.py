"""Synthesised sounds, an eight-step grid, and a process of their own to sound them in."""
