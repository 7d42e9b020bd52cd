"""`bench fleet`: the same declared work on the same test devices by Colporteur, Ansible and pyinfra, in one run.

The work: a tree of 500 files and 50 MB made equal with modes and extras removed, 10 settings files, a borrower's home wiped,
everything read back by SHA-256. Cases: (a) nothing to change, (b) 2 % of the files changed and 200 files of a borrower, (c) an
empty device; then our own full reset with proof and attestation. Every tool runs as a program started from cold; after each
run the devices are read from outside, and a tool that left anything wrong has its row marked.
"""

from __future__ import annotations


def main(argv: list[str]) -> int:
    """Measure; nothing is imported before, so that the program that is measured starts as a command does."""
    from bench.fleet.run import main as run

    return run(argv)
