"""Linux devices of the fleet: the kiosk's image and tablets with a Debian of their own.

Guarantees: pure; never names a folder that holds the way in (the home of the account Fleet logs in with), nor a folder of the
system; the level named is the weakest reached in any place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fleet.model import Level, Profile, Setting
from fleet.operations.desired import Wanted
from fleet.operations.facts import Facts
from fleet.operations.manifest import Manifest, below, outermost
from fleet.operations.settings import wanted_settings

# Where a person leaves traces on any Debian, besides the homes: temporary files, timed jobs, print jobs, mail, memory of
# crashed programs (which holds what was typed), Wi-Fi and Bluetooth secrets.
EVERYWHERE = (
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/var/spool/cron/crontabs",
    "/var/spool/cups",
    "/var/mail",
    "/var/crash",
    "/var/lib/systemd/coredump",
    "/etc/NetworkManager/system-connections",
    "/var/lib/bluetooth",
)
# What services put back by themselves, empty of a person's doing.
_SYSTEM = re.compile(
    r"^/(var/)?tmp/(systemd-private-[^/]+(/.*)?|\.(X11|ICE|font|XIM|Test)-unix(/.*)?|\.X\d+-lock)$"
    r"|^/var/log/journal/[0-9a-f]{32}(/(system|user-\d+)(@[0-9a-f-]+)?\.journal)?$"
    r"|^/var/log/(wtmp|btmp|lastlog)$"
    r"|^/dev/shm/(PostgreSQL\.\d+|sem\.[\w.-]+)$"
    r"|^/var/spool/(cron|cups)$|^/var/spool/cron/crontabs$"
)
SESSION_PLACE, SESSION_DISK = "/session", "/dev/mapper/session"
SESSION_RESET = ("/usr/local/sbin/fleet-session", "reset")
MEMORY = frozenset({"tmpfs", "ramfs"})
IN_PLACE = frozenset({"ext2", "ext3", "ext4", "vfat", "exfat", "xfs"})


class LinuxKiosk:
    """Decisions for `DriverName.LINUX_KIOSK`."""

    def places(self, facts: Facts, profile: Profile, user: str) -> tuple[str, ...]:
        """The profile's places, those of every Debian, and the homes of the people who have an account."""
        ours = facts.account(user)
        own = {ours.home} if ours else {"/root"}
        homes = [a.home for a in facts.people() if a.home.startswith(("/home/", "/session/")) and a.name != user]
        # The volume itself is a place where it shows; the image mounts its parts over the places, and hides the whole.
        session = [SESSION_PLACE] if any(m.place == SESSION_PLACE for m in facts.mounts) else []
        wanted = outermost([*profile.wipe, *EVERYWHERE, *homes, *session])
        return tuple(p for p in wanted if not any(below(home, p) or below(p, home) for home in own))

    def tolerated(self, path: str) -> bool:
        """Sockets, locks and logs that services put back."""
        return _SYSTEM.match(path) is not None

    def session_command(self, facts: Facts) -> tuple[str, ...]:
        """`fleet-session reset` when an encrypted session volume is mounted."""
        mounted = any(m.source == SESSION_DISK for m in facts.mounts)
        return SESSION_RESET if facts.session_key and mounted else ()

    def fills(self, facts: Facts) -> bool:
        """Never: on flash it would reach nothing, on a session volume there is nothing to reach."""
        return False

    def setting_files(self, settings: tuple[Setting, ...]) -> tuple[str, ...]:
        """A scope is the path of a KEY=value file."""
        return tuple(sorted({s.scope for s in settings}))

    def settings(self, settings: tuple[Setting, ...], files: Mapping[str, str], found: Manifest) -> dict[str, Wanted]:
        """The files with these lines in them, all others as they are."""
        return wanted_settings(settings, files, found)

    def overwrites(self, facts: Facts, places: tuple[str, ...]) -> bool:
        """Overwriting is worth its time when some place is on platters or in memory; flash writes elsewhere."""
        return any(self._reached(facts, place, False, True) is Level.OVERWRITE for place in places)

    def level(self, facts: Facts, places: tuple[str, ...], key_changed: bool, overwritten: bool) -> Level:
        """The weakest level of all places."""
        order = (Level.CRYPTOGRAPHIC_ERASE, Level.OVERWRITE, Level.DELETE, Level.NONE)
        reached = [self._reached(facts, place, key_changed, overwritten) for place in places] or [Level.NONE]
        return max(reached, key=order.index)

    @staticmethod
    def _reached(facts: Facts, place: str, key_changed: bool, overwritten: bool) -> Level:
        mount = facts.mount_of(place)
        if mount is None:
            return Level.DELETE
        if mount.source == SESSION_DISK and key_changed:
            return Level.CRYPTOGRAPHIC_ERASE
        if overwritten and (mount.kind in MEMORY or (mount.kind in IN_PLACE and mount.spinning)):
            return Level.OVERWRITE
        return Level.DELETE
