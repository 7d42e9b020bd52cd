"""What the device erases: keys first, then whatever is asked, never through a link.

Guarantees: a file is emptied (and overwritten when asked) before its name goes; what is gone already is no error, so that every
request can be repeated after a cut.
"""

import _signal as signal  # type: ignore[import-not-found]  # without its enums, slower to load than all the rest
import errno
import os
import stat
import subprocess
import time
from typing import Any

from fleet.drivers.device.reading import Reading
from fleet.drivers.device.wire import BLOCK, PART

FILE_MOST = (1 << 32) - (1 << 20)  # bytes: just under what FAT allows a file
SLOTS_MOST = 4096  # names a folder is made to hold: a cluster's worth, with room


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
            code = self.wait_for([a.decode() for a in request[b"session"]])
        return {b"destroyed": destroyed, b"session": code, b"keys": self.key_table(request.get(b"salt", b""))}

    def wait_for(self, command: "list[str]") -> int:
        """Run a command that may take its time, saying that work goes on; its code, 124 after two minutes."""
        silent = subprocess.DEVNULL
        running = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
        for _ in range(2400):
            code = running.poll()
            if code is not None:
                return code
            time.sleep(0.05)
            self.tick(0)
        running.kill()
        running.wait()
        return 124

    def erase_file(self, path: bytes, pattern: Any = None) -> None:
        """Empty a file, after overwriting its bytes when there is a `pattern`, then remove it."""
        fd = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            if pattern is not None:
                size = os.fstat(fd).st_size
                for start in range(0, size, BLOCK):
                    os.pwrite(fd, pattern(min(BLOCK, size - start)), start)
                    self.tick(start)
                os.fsync(fd)
            os.ftruncate(fd, 0)
        finally:
            os.close(fd)
        os.unlink(path)

    def do_fill(self, _request: Any) -> Any:
        """Overwrite what no file of a volume uses, with a pattern then its complement, then the names that removed files left behind."""
        if not self.own_disk():
            raise ValueError("only a plugged-in disk is filled")
        self.real(b"/")
        filled: list[tuple[bytes, int]] = []
        try:
            while not filled or filled[-1][1] >= FILE_MOST:
                path = os.path.join(self.root, PART + b"fill-%d" % len(filled))
                filled.append((path, 0))
                filled[-1] = (path, self.fill(path))
            for path, size in filled:
                self.overwrite(path, size, b"\x55" * BLOCK)
        finally:
            for path, _ in filled:
                os.unlink(path)
            self.sync_folder(self.root)
        ahead, covered = [self.root], 0
        while ahead:
            folder = ahead.pop()
            with os.scandir(folder) as found:
                ahead.extend(entry.path for entry in found if entry.is_dir(follow_symlinks=False))
            covered += self.cover_names(folder)
            self.tick(covered)
        return {b"bytes": sum(size for _, size in filled), b"names": covered}

    def fill(self, path: bytes) -> int:
        """Write a file until the volume is full, or the file as long as FAT allows; how long it became."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        size, block = 0, b"\xaa" * BLOCK
        try:
            while size < FILE_MOST:
                try:
                    size += os.write(fd, block[: FILE_MOST - size])
                    self.tick(size)
                except OSError as e:
                    if e.errno != errno.ENOSPC:
                        raise
                    if len(block) == 1:
                        break
                    block = block[: len(block) // 8 or 1]
            os.fsync(fd)
        finally:
            os.close(fd)
        return size

    def overwrite(self, path: bytes, size: int, block: bytes) -> None:
        """Write over a file's bytes where they are."""
        fd = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            for start in range(0, size, len(block)):
                os.pwrite(fd, block[: size - start], start)
                self.tick(start)
            os.fsync(fd)
        finally:
            os.close(fd)

    def cover_names(self, folder: bytes) -> int:
        """Take every free slot of a FAT folder with an empty name of ours, then give them back; how many."""
        made: list[bytes] = []
        before = os.stat(folder).st_size
        try:
            while len(made) < SLOTS_MOST and os.stat(folder).st_size <= before:
                path = os.path.join(folder, b"CP%06d" % len(made))  # eight capital letters and digits: one slot
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                made.append(path)
        except OSError as e:
            if e.errno not in (errno.ENOSPC, errno.EEXIST):
                raise
        finally:
            for path in made:
                os.unlink(path)
            self.sync_folder(folder)
        return len(made)

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
