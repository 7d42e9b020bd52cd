"""What the device receives: a stream of changes, each file whole or not at all.

Guarantees: a file is written under a temporary name, hashed, synced and renamed, so that after a cut there is the old one or the
new one; the temporary name is the same after a cut, so that a long file goes on where it stopped.
"""

import errno
import os
import subprocess
import time
import zlib
from typing import Any

from fleet.drivers.device.erasing import Erasing
from fleet.drivers.device.wire import BLOCK, PART, sha256

BATCH_FILES, BATCH_BYTES = 64, 8 << 20  # files written before they are synced together


class Writing(Erasing):
    """Requests that build."""

    def do_apply(self, request: Any) -> Any:
        """Take records until the one that ends them: removed paths, folders, links, modes, and files with their bytes behind."""
        counts = {b"files": 0, b"bytes": 0, b"others": 0}
        batch: list[tuple[int, bytes, bytes]] = []
        waiting = 0
        folders: set[bytes] = set()
        try:
            while True:
                record = self.frame()
                kind = record[b"k"]
                if kind == b"end":
                    self.settle(batch, folders)
                    return counts
                path = self.real(record[b"p"])
                folder = os.path.dirname(path)
                if folder not in folders:
                    os.makedirs(folder, exist_ok=True)
                    folders.add(folder)
                if kind == b"f":
                    batch.append(self.receive(path, record))
                    waiting += record[b"size"]
                    counts[b"files"] += 1
                    counts[b"bytes"] += record[b"size"]
                    if len(batch) >= BATCH_FILES or waiting >= BATCH_BYTES:
                        self.settle(batch, folders)
                        waiting = 0
                else:
                    self.settle(batch, folders)
                    self.change(kind, path, record)
                    counts[b"others"] += 1
                self.tick(counts[b"bytes"])
        finally:
            for fd, _temporary, _path in batch:
                os.close(fd)

    def change(self, kind: bytes, path: bytes, record: Any) -> None:
        """Do one record that carries no bytes."""
        if kind == b"r":
            self.remove(path)
            return
        if kind == b"d":
            if os.path.islink(path) or (os.path.lexists(path) and not os.path.isdir(path)):
                self.remove(path)
            os.makedirs(path, exist_ok=True)
        elif kind == b"l":
            temporary = self.temporary(path, b"link")
            self.remove(temporary)
            os.symlink(record[b"to"], temporary)
            self.own(temporary, record)
            os.rename(temporary, path)
            return
        self.own(path, record)
        if not os.path.islink(path):
            self.if_kept(os.chmod, path, record[b"mode"])

    def own(self, path: bytes, record: Any) -> None:
        """Give the owner that the record names; a volume of a file system without owners keeps its own."""
        if os.getuid() == 0:
            self.if_kept(os.lchown, path, record[b"uid"], record[b"gid"])

    def if_kept(self, call: Any, *arguments: Any) -> None:
        """Set an owner or a mode; on a plugged-in volume, do without where its file system keeps none."""
        try:
            call(*arguments)
        except OSError as e:
            if not self.root or e.errno not in (errno.EPERM, errno.EINVAL, errno.EOPNOTSUPP):
                raise

    def temporary(self, path: bytes, tag: bytes) -> bytes:
        """Return the name under which `path` is written until it is whole: the same after a cut, another for other bytes."""
        folder, name = os.path.split(path)
        return os.path.join(folder, PART + sha256(name + b"/" + tag).hexdigest()[:32].encode())

    def receive(self, path: bytes, record: Any) -> "tuple[int, bytes, bytes]":
        """Write the bytes behind a record under the temporary name, from `from` on, and compare the hash of the whole."""
        temporary = self.temporary(path, record[b"sha"])
        start, left = record[b"from"], record[b"wire"]
        fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(fd, start)
            total = sha256()
            for at in range(0, start, BLOCK):
                total.update(os.pread(fd, min(BLOCK, start - at), at))
                self.tick(at)
            os.lseek(fd, start, os.SEEK_SET)
            inflate = zlib.decompressobj(-15) if record[b"z"] else None
            while left:
                block = self.exactly(min(BLOCK, left))
                left -= len(block)
                if inflate is not None:
                    block = inflate.decompress(block)
                total.update(block)
                view = memoryview(block)
                while view:
                    view = view[os.write(fd, view) :]
                self.tick(os.lseek(fd, 0, os.SEEK_CUR))
            if total.hexdigest().encode() != record[b"sha"]:
                raise OSError(errno.EBADMSG, "hash")
            if os.getuid() == 0:
                self.if_kept(os.fchown, fd, record[b"uid"], record[b"gid"])
            self.if_kept(os.fchmod, fd, record[b"mode"])
            if record[b"time"]:
                os.utime(fd, (record[b"time"], record[b"time"]))
        except BaseException as e:
            os.close(fd)
            # A cut keeps what was written, to go on from there; anything else leaves nothing behind.
            if not isinstance(e, EOFError):
                os.unlink(temporary)
            raise
        return fd, temporary, path

    def settle(self, batch: "list[tuple[int, bytes, bytes]]", folders: "set[bytes]") -> None:
        """Sync the files written so far, give them their names, sync the folders."""
        for fd, _temporary, _path in batch:
            os.fsync(fd)
        while batch:
            fd, temporary, path = batch.pop()
            os.close(fd)
            if os.path.isdir(path) and not os.path.islink(path):
                self.remove(path)
            os.rename(temporary, path)
        for folder in folders:
            self.sync_folder(folder)
        folders.clear()

    def do_run(self, request: Any) -> Any:
        """Run one command of the device, without a shell; answers its code and the end of what it said."""
        if self.root:
            raise ValueError("a volume runs nothing")
        command = [a.decode() for a in request[b"argv"]]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=110, check=False)
        return {b"code": done.returncode, b"said": done.stdout[-4096:]}

    def do_clock(self, request: Any) -> int:
        """Set the clock (seconds of the Unix epoch); answers what it says then."""
        if self.root:
            raise ValueError("a volume has no clock: it would be this computer's")
        time.clock_settime(time.CLOCK_REALTIME, request[b"time"])
        return int(time.time())
