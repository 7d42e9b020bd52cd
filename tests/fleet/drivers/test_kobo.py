"""What goes and what stays on a Kobo's disk."""

from __future__ import annotations

import pytest

from fleet.drivers.kobo import CONFIGURATION, TRACES, Kobo
from fleet.errors import DataError
from fleet.model import Level, Profile, Setting
from fleet.operations.facts import KOBO, Facts

DRIVER = Kobo()
DISK = Facts(volume=True, own_disk=True, files={KOBO: "N4182Z0001,4.1.15,4.38.23171"})


def test_the_whole_disk_is_a_place() -> None:
    """But only a Kobo's disk, plugged in: nobody's stick, and no device with a system of its own."""
    assert DRIVER.places(DISK, Profile("p", "P"), "") == TRACES and TRACES[0] == "/"
    for facts in (Facts(volume=True), Facts(files=DISK.files)):
        with pytest.raises(DataError, match="Kobo"):
            DRIVER.places(facts, Profile("p", "P"), "")


@pytest.mark.parametrize(
    "path", ["/.kobo/KoboReader.sqlite", "/.kobo/KoboReader.sqlite-wal", "/.kobo/dict/notes", CONFIGURATION, "/livre.epub"]
)
def test_only_what_names_the_reader_stays(path: str) -> None:
    """A dictionary's folder is a place to hide things too."""
    assert not DRIVER.tolerated(path)
    assert DRIVER.tolerated(KOBO)


def test_settings_are_a_file_of_their_own() -> None:
    """Sections are scopes; what else was in the file, keys of shops among it, is not kept."""
    settings = (Setting("ApplicationPreferences", "SideloadedMode", "true"), Setting("FeatureSettings", "FullScreenReading", "true"))
    made = DRIVER.settings(settings, {CONFIGURATION: "[OneStoreServices]\nAccessToken=x\n"}, {})
    assert made[CONFIGURATION].content == b"[ApplicationPreferences]\nSideloadedMode=true\n\n[FeatureSettings]\nFullScreenReading=true\n"
    assert DRIVER.settings((), {}, {}) == {} and DRIVER.setting_files(()) == ()


def test_the_level_is_what_was_done() -> None:
    """Overwritten, or only deleted; never more."""
    assert DRIVER.fills(DISK) and not DRIVER.fills(Facts(volume=True, files=DISK.files))
    assert DRIVER.level(DISK, TRACES, False, True) is Level.OVERWRITE
    assert DRIVER.level(DISK, TRACES, True, False) is Level.DELETE
    assert not DRIVER.overwrites(DISK, TRACES) and DRIVER.session_command(DISK) == ()
