"""What the device erases: keys first, then whatever is asked, never through a link.

Guarantees: a file is emptied (and overwritten when asked) before its name goes; what is gone already is no error, so that every
request can be repeated after a cut.
"""

import _signal as signal  # type: ignore[import-not-found]  # without its enums, slower to load than all the rest
import os
import stat
import subprocess
from typing import Any

from fleet.drivers.device.reading import Reading
from fleet.drivers.device.wire import BLOCK


class Erasing(Reading):
    """Requests that destroy."""

    def do_destroy(self, request: Any) -> Any:
        """Destroy key files (overwritten, then removed) and the key of the encrypted session volume; before anything else."""
        destroyed = []
        for key in request[b"keys"]:
            path = self.real(key)
            if os.path.isfile(path) and not os.path.islink(path):
                self.erase_file(path, os.urandom)
                self.sync_folder(os.path.dirname(path))
                destroyed.append(key)
        code = -1
        if request.get(b"session"):
            done = subprocess.run([a.decode() for a in request[b"session"]], capture_output=True, timeout=100, check=False)
            code = done.returncode
        return {b"destroyed": destroyed, b"session": code, b"keys": self.key_table(request.get(b"salt", b""))}

    def erase_file(self, path: bytes, pattern: Any = None) -> None:
        """Empty a file, after overwriting its bytes when there is a `pattern`, then remove it."""
        fd = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            size = os.fstat(fd).st_size
            if pattern is not None:
                for start in range(0, size, BLOCK):
                    os.pwrite(fd, pattern(min(BLOCK, size - start)), start)
                    self.tick(start)
                os.fsync(fd)
            os.ftruncate(fd, 0)
        finally:
            os.close(fd)
        os.unlink(path)

    def do_clean(self, request: Any) -> Any:
        """Stop what the borrower left running, then remove the paths with all that is in them; answers how many."""
        stopped = self.borrowers(request[b"uids"]) if not self.root else []
        for pid in stopped:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        removed = 0
        folders = set()
        pattern = bytes if request[b"overwrite"] else None
        for path in request[b"paths"]:
            removed += self.remove(self.real(path), pattern)
            folders.add(os.path.dirname(self.real(path)))
            self.tick(removed)
        for folder in folders:
            self.sync_folder(folder)
        return {b"removed": removed, b"stopped": len(stopped)}

    def remove(self, path: bytes, pattern: Any = None) -> int:
        """Remove a file or a whole folder without following links or leaving the file system; what is gone already is no error."""
        try:
            status = os.lstat(path)
            if not stat.S_ISDIR(status.st_mode):
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                    self.erase_file(path, pattern)
                else:
                    os.unlink(path)
                return 1
            with os.scandir(path) as found:
                inside = [entry.path for entry in found]
            count = sum(self.remove(p, pattern) for p in inside)
            os.rmdir(path)
            return count + 1
        except FileNotFoundError:
            return 0
