"""What the device tells: facts, manifests, marks planted and searched for.

Guarantees: never follows a symbolic link and never leaves a place's file system when it lists; what it plants is on the disk when
it says so, and was read again from there.
"""

import errno
import os
import stat
import subprocess
import time
import zlib
from typing import Any

from fleet.drivers.device.wire import BLOCK, PART, Wire, sha256

MARK = b"COLPORTEUR-MARK "
MAX_FACT = 8 << 20  # bytes of one file; dpkg's status is the longest


class Reading(Wire):
    """Requests that change nothing, and the planting of marks."""

    def do_facts(self, request: Any) -> Any:
        """Return small files as they are, free space, the clock, and who runs what; the other side reads them."""
        files = {}
        for path in request[b"files"]:
            try:
                with open(self.real(path), "rb") as f:
                    files[path] = f.read(MAX_FACT)
            except OSError:
                continue
        room = os.statvfs(self.root or b"/")
        answer = {b"files": files, b"time": int(time.time()), b"free": room.f_bavail * room.f_frsize, b"uid": os.getuid()}
        answer[b"read_only"] = int(bool(room.f_flag & os.ST_RDONLY))
        answer[b"spinning"] = self.spinning()
        answer[b"keys"] = self.key_table(request.get(b"salt", b""))
        answer[b"volume"] = int(bool(self.root)) + int(self.own_disk())
        if not self.root:
            answer[b"processes"] = len(self.borrowers(request.get(b"uids", [])))
        return answer

    def own_disk(self) -> bool:
        """Say whether the volume is a whole file system, and not a folder of this computer's."""
        return bool(self.root) and os.stat(self.root).st_dev != os.stat(os.path.join(self.root, b"..")).st_dev

    def spinning(self) -> Any:
        """Return the disks with platters: the only ones where overwriting reaches what was there."""
        found = []
        try:
            for name in os.listdir(b"/sys/block"):
                with open(b"/sys/block/" + name + b"/queue/rotational", "rb") as f:
                    if f.read(1) == b"1":
                        found.append(name)
        except OSError:
            pass
        return found

    def key_table(self, salt: bytes) -> bytes:
        """Return a digest that changes when the session volume's key does, and says nothing of the key."""
        if self.root or not os.path.exists(b"/dev/mapper/session"):
            return b""
        table = subprocess.run(["dmsetup", "table", "--showkeys", "session"], capture_output=True, timeout=30, check=False).stdout
        return sha256(salt + table).hexdigest().encode() if b" crypt " in table else b""

    def do_manifest(self, request: Any) -> bytes:
        """List everything below the roots: kind, mode, owner, group, size, time, hash, path, each ended by a NUL byte.

        With `quick`, a file has "-" for its hash: its size and time say whether it is worth one, and most of a borrower's are not.
        """
        lines: list[bytes] = []
        for root in request[b"roots"]:
            self.walk(self.real(root), request[b"salt"], lines, request.get(b"quick", 0))
        return zlib.compress(b"".join(lines), 1)

    def do_hash(self, request: Any) -> Any:
        """Return the hash of each path, empty when there is no such file any more."""
        found = []
        for path in request[b"paths"]:
            try:
                found.append(self.digest(self.real(path), request[b"salt"]))
            except OSError:
                found.append("")
        return found

    def walk(self, path: bytes, salt: bytes, lines: list[bytes], quick: int) -> None:
        """Append the lines of `path` and of what is in it, staying on its file system."""
        try:
            device = os.lstat(path).st_dev
        except OSError:
            return
        ahead = [path]
        while ahead:
            here = ahead.pop()
            try:
                status = os.lstat(here)
            except FileNotFoundError:
                continue
            mode, size, digest = status.st_mode, status.st_size, "-"
            if stat.S_ISREG(mode):
                kind = "f"
                if not quick or PART in here:
                    try:
                        digest = self.digest(here, salt)
                    except FileNotFoundError:
                        continue
            elif stat.S_ISDIR(mode):
                kind, size = "d", 0
                if status.st_dev != device:
                    kind = "x"  # another disk: a borrower's stick
                else:
                    with os.scandir(here) as found:
                        ahead.extend(entry.path for entry in found)
            elif stat.S_ISLNK(mode):
                kind, digest = "l", sha256(salt + os.readlink(here)).hexdigest()
            else:
                kind = "s"
            head = "%s %o %d %d %d %d %s " % (kind, stat.S_IMODE(mode), status.st_uid, status.st_gid, size, status.st_mtime, digest)
            lines.append(head.encode() + here[len(self.root) :] + b"\0")
            if not len(lines) % 64:
                self.tick(len(lines))

    def digest(self, path: bytes, salt: bytes) -> str:
        """Return the SHA-256 of `salt` and the file's bytes."""
        total = sha256(salt)
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            while True:
                size = os.readv(fd, [self.buffer])  # a file object would ask the system two questions more a file
                if not size:
                    return str(total.hexdigest())
                total.update(self.buffer[:size])
                self.tick(0)
        finally:
            os.close(fd)

    def do_plant(self, request: Any) -> Any:
        """Leave a mark in each place and in one folder below it, then read each again; answers [place, path, found, error, instant]."""
        found = []
        for place in request[b"places"]:
            folder = self.real(place)
            if not os.path.isdir(folder) or os.path.islink(folder):
                continue
            device = os.lstat(folder).st_dev
            with os.scandir(folder) as there:
                inner = sorted(e.path for e in there if e.is_dir(follow_symlinks=False) and os.lstat(e.path).st_dev == device)
            for target in (folder, *inner[:1]):
                path = os.path.join(target, b".colporteur-mark-" + request[b"token"][:16])
                held, code = 0, 0
                try:
                    self.write_mark(path, MARK + request[b"token"] + b"\n")
                    held = self.holds(path, request[b"token"])
                except OSError as e:  # a full or locked disk: said, and the other places go on
                    code = e.errno or errno.EIO
                found.append([place, path[len(self.root) :], held, code, os.lstat(path).st_ctime_ns // 10**9 if held else 0])
        return found

    def write_mark(self, path: bytes, line: bytes) -> None:
        """Write the mark with the owner of its folder, on the disk when this returns."""
        owner = os.lstat(os.path.dirname(path))
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with open(fd, "wb") as f:
            f.write(line * 64)
            f.flush()
            if os.getuid() == 0 and not self.root:
                os.fchown(fd, owner.st_uid, owner.st_gid)
            os.fsync(fd)
        self.sync_folder(os.path.dirname(path))

    def holds(self, path: bytes, token: bytes) -> int:
        """Say whether the file's bytes hold `token`."""
        tail = b""
        with open(path, "rb", buffering=0) as f:
            while True:
                block = f.read(BLOCK)
                if not block:
                    return 0
                if token in tail + block:
                    return 1
                tail = block[-len(token) :]
                self.tick(0)

    def do_search(self, request: Any) -> Any:
        """Look for the token in names and bytes: everything in the places, elsewhere what changed since; answers the paths."""
        hits: list[bytes] = []
        searched = [0, 0]
        seen: set[Any] = set()
        for place in request[b"places"]:
            self.search(self.real(place), request[b"token"], 0, hits, seen, searched)
        for root in request[b"elsewhere"]:
            self.search(self.real(root), request[b"token"], request[b"since"], hits, seen, searched)
        return {b"hits": hits, b"files": searched[0], b"bytes": searched[1]}

    def search(self, top: bytes, token: bytes, since: int, hits: "list[bytes]", seen: "set[Any]", searched: Any) -> None:
        """Search `top` on its own file system; a file's bytes only when its ctime, which no program sets, is after `since`."""
        try:
            device = os.lstat(top).st_dev
        except OSError:
            return
        ahead = [top]
        while ahead:
            here = ahead.pop()
            try:
                status = os.lstat(here)
                if status.st_dev != device or (status.st_dev, status.st_ino) in seen:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    with os.scandir(here) as found:
                        ahead.extend(entry.path for entry in found)
                elif stat.S_ISREG(status.st_mode) and status.st_ctime >= since:
                    seen.add((status.st_dev, status.st_ino))
                    searched[0] += 1
                    searched[1] += status.st_size
                    if self.holds(here, token):
                        hits.append(here[len(self.root) :])
                        continue
                if token[:16] in os.path.basename(here):
                    hits.append(here[len(self.root) :])
            except OSError as e:
                if e.errno not in (errno.ENOENT, errno.ENXIO):
                    raise
            if len(hits) > 200:
                return
            self.tick(searched[1])

    def borrowers(self, uids: list[int]) -> list[int]:
        """Return the processes of the borrower's accounts, never those this session hangs on."""
        mine, pid = set(), os.getpid()
        while pid > 1 and pid not in mine:
            mine.add(pid)
            try:
                with open("/proc/%d/stat" % pid, "rb") as f:
                    pid = int(f.read().rpartition(b")")[2].split()[1])
            except OSError:
                break
        found = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.stat("/proc/" + name).st_uid in uids and int(name) not in mine:
                    found.append(int(name))
            except OSError:
                continue
        return found
