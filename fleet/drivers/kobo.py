"""Kobo readers, by the volume they show over USB: books and traces are files on a FAT disk.

Guarantees: pure; the whole volume is a place, so that whatever the profile does not want goes, the reader's database with its reading
times, notes and accounts first (the reader makes a new one at its next start); only what says which reader this is stays. What is
not on the volume (Wi-Fi passwords) is for a person to look at, and the level says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Level, Profile, Setting
from fleet.operations.desired import Wanted, file_of
from fleet.operations.facts import KOBO, Facts
from fleet.operations.manifest import Manifest

CONFIGURATION = "/.kobo/Kobo/Kobo eReader.conf"
KEPT = frozenset({KOBO, "/.kobo", "/.kobo/affiliate.conf"})
# Marked each for itself where they exist; all of them go with the rest of the volume.
TRACES = ("/", "/.kobo", "/.adobe-digital-editions", "/.adds", "/screenshots")


class Kobo:
    """Decisions for `DriverName.KOBO`."""

    def places(self, facts: Facts, profile: Profile, user: str) -> tuple[str, ...]:
        """The whole volume; a disk that is no Kobo's has none, and nothing on it is touched."""
        if not facts.volume or KOBO not in facts.files:
            raise DataError(_("Ce disque n’est pas celui d’une liseuse Kobo : il n’a pas été touché."))
        return TRACES

    def tolerated(self, path: str) -> bool:
        """What says which reader this is."""
        return path in KEPT

    def session_command(self, facts: Facts) -> tuple[str, ...]:
        """None: the volume is in clear."""
        return ()

    def fills(self, facts: Facts) -> bool:
        """Always on a disk of its own: removed files lie whole on FAT until something is written over them."""
        return facts.volume and facts.own_disk

    def overwrites(self, facts: Facts, places: tuple[str, ...]) -> bool:
        """Not file by file: the whole free space is overwritten afterwards."""
        return False

    def level(self, facts: Facts, places: tuple[str, ...], key_changed: bool, overwritten: bool) -> Level:
        """Overwrite: every address that the volume shows was written twice (NIST SP 800-88 Rev. 1, table A-6: Clear of USB media)."""
        return Level.OVERWRITE if overwritten else Level.DELETE

    def setting_files(self, settings: tuple[Setting, ...]) -> tuple[str, ...]:
        """One file, whose sections are the scopes."""
        return (CONFIGURATION,) if settings else ()

    def settings(self, settings: tuple[Setting, ...], files: Mapping[str, str], found: Manifest) -> dict[str, Wanted]:
        """The file with these settings only: what else was in it (accounts, keys of shops) is a borrower's."""
        sections: dict[str, list[str]] = {}
        for setting in settings:
            sections.setdefault(setting.scope, []).append(f"{setting.key}={setting.value}")
        text = "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())
        return {CONFIGURATION: file_of(text.encode(), 0o644)} if settings else {}
