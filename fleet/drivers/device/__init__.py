"""The program that a device runs during a session; Python 3.7 and `python3-minimal` are enough for it."""
