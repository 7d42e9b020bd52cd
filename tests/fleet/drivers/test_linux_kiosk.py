"""Where a borrower leaves traces on Linux, and which level a reset reached there."""

from __future__ import annotations

import pytest

from fleet.drivers.linux_kiosk import EVERYWHERE, SESSION_RESET, LinuxKiosk
from fleet.model import Level, Profile
from fleet.operations.facts import Account, Facts, Mount

DRIVER = LinuxKiosk()
PEOPLE = (
    Account("root", 0, 0, "/root"),
    Account("lecteur", 1000, 1000, "/home/lecteur"),
    Account("colporteur", 1001, 1001, "/home/colporteur"),
)


def test_homes_of_people_are_places_but_never_the_way_in() -> None:
    """The borrower's home is emptied; the home of the account Fleet logs in with is not."""
    places = DRIVER.places(Facts(accounts=PEOPLE), Profile("p", "P", wipe=("/home/lecteur/Documents", "/var/log/journal")), "colporteur")
    assert "/home/lecteur" in places and "/var/log/journal" in places and "/tmp" in places
    assert not any(p.startswith("/home/colporteur") or p in ("/home", "/root", "/") for p in places)


def test_a_profile_cannot_empty_the_way_in() -> None:
    """A profile that names /home or the administration's home is not followed there."""
    places = DRIVER.places(Facts(accounts=PEOPLE), Profile("p", "P", wipe=("/home", "/home/colporteur/.ssh")), "colporteur")
    assert set(places) <= {*EVERYWHERE, "/home/lecteur"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tmp/.X11-unix/X0", True),
        ("/tmp/systemd-private-4f-upower.service-x/tmp", True),
        ("/tmp/notes.txt", False),
        ("/tmp/.X11-unix-notes", False),
        ("/var/log/journal/0123456789abcdef0123456789abcdef/system.journal", True),
        ("/home/lecteur/.X11-unix/x", False),
    ],
)
def test_what_services_put_back_is_tolerated(path: str, expected: bool) -> None:
    """Sockets and locks of the system are not traces; anything else is."""
    assert DRIVER.tolerated(path) is expected


SESSION = (Mount("overlay", "/", "overlay"), Mount("/dev/mapper/session", "/session", "ext4"), Mount("tmpfs", "/tmp", "tmpfs"))


def test_the_weakest_place_names_the_level() -> None:
    """A destroyed key does not make an unencrypted folder beside it erased."""
    facts = Facts(mounts=SESSION, session_key="a" * 64)
    assert DRIVER.session_command(facts) == SESSION_RESET
    assert DRIVER.level(facts, ("/session",), True, False) is Level.CRYPTOGRAPHIC_ERASE
    assert DRIVER.level(facts, ("/session",), False, False) is Level.DELETE
    assert DRIVER.level(facts, ("/session", "/tmp"), True, True) is Level.OVERWRITE
    assert DRIVER.level(facts, ("/session", "/var/tmp"), True, True) is Level.DELETE
    assert DRIVER.level(facts, (), True, True) is Level.NONE


def test_a_session_volume_mounted_over_every_place_is_erased_with_its_key() -> None:
    """As the image does it: the volume itself shows nowhere, its parts are the places."""
    mounts = (Mount("overlay", "/", "overlay"), *(Mount("/dev/mapper/session", p, "ext4") for p in ("/home", *EVERYWHERE)))
    facts = Facts(mounts=mounts, session_key="a" * 64, accounts=PEOPLE)
    places = DRIVER.places(facts, Profile("p", "P"), "root")
    assert DRIVER.session_command(facts) == SESSION_RESET and "/session" not in places
    assert DRIVER.level(facts, places, True, False) is Level.CRYPTOGRAPHIC_ERASE
    assert DRIVER.session_command(Facts(mounts=mounts)) == ()


def test_overwriting_flash_is_not_called_overwriting() -> None:
    """Only platters and memory are overwritten in place; flash writes elsewhere."""
    flash, platters = Mount("/dev/mmcblk0p2", "/", "ext4"), Mount("/dev/sda1", "/", "ext4", spinning=True)
    assert DRIVER.level(Facts(mounts=(flash,)), ("/home/x",), False, True) is Level.DELETE
    assert DRIVER.level(Facts(mounts=(platters,)), ("/home/x",), False, True) is Level.OVERWRITE
    assert not DRIVER.overwrites(Facts(mounts=(flash,)), ("/home/x",))
