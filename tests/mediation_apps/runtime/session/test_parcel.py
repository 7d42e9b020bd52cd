"""A workshop that a tablet lacks: it arrives whole and signed, through drops and cuts, or nothing changes."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mediation_apps.errors import HostilePack, PackError, PackStoreError
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import FolderFiles, ZipFiles, open_files
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.session import parcel as parcels
from mediation_apps.runtime.session.fetching import Fetch
from mediation_apps.runtime.session.follower import Arrived, Coming, Failed, Follower
from mediation_apps.runtime.session.leader import Leader
from mediation_apps.runtime.session.parcel import Inbox, Parcel, digest_of
from mediation_apps.runtime.session.room import Room
from mediation_apps.runtime.session.wire import CHUNK, Chunk, Want, Welcome
from mediation_apps.runtime.store import PackStore
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import zipped
from tests.mediation_apps.runtime.session.test_session import until

FILES = {name: text.encode() for name, text in new_files("Mon atelier", "mon-atelier").items()}


def pack_of(extra: bytes = b"") -> Pack:
    return read_pack(ZipFiles(zipped(FILES | ({"media/bruit.wav": extra} if extra else {}))))


@pytest.fixture
def big() -> Pack:
    return pack_of(random.Random(5).randbytes(40 * CHUNK))


def served(parcel: Parcel, fetch: Fetch, most: int = 10_000) -> Pack | None:
    """Leader and tablet without a network between them."""
    asked = fetch.begin()
    for _step in range(most):
        if not asked or fetch.pack is not None:
            break
        want = asked.pop(0)
        assert isinstance(want, Want)
        answer = parcel.offer if want.offset < 0 else Chunk(want.offset, base64.b64encode(parcel.chunk(want.offset)).decode())
        asked += fetch.told(answer)
    return fetch.pack


def wanted(parcel: Parcel, inbox: Inbox, key: str = "") -> Fetch:
    return Fetch(inbox, parcel.offer.pack, parcel.offer.digest, key or parcel.key)


def test_a_folder_and_its_file_have_one_digest(tmp_path: Path) -> None:
    """The same texts and pictures are the same workshop, whatever their form; one sign more is another."""
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert digest_of(FolderFiles(tmp_path)) == digest_of(ZipFiles(zipped(FILES))) != digest_of(pack_of(b"x").files)


def test_what_arrives_is_read_again_and_found_later(tmp_path: Path, big: Pack) -> None:
    """Bytes, signature, digest, content: then it lies under its digest; another day it is found without a network."""
    parcel, inbox = Parcel(big), Inbox(tmp_path)
    try:
        got = served(parcel, wanted(parcel, inbox))
        assert got is not None and got.manifest == big.manifest
        assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [f"{parcel.digest}.zip"]
        found = Inbox(tmp_path).find("mon-atelier", parcel.digest)
        assert found is not None and found.media("media/bruit.wav") == big.media("media/bruit.wav")
        assert inbox.find("autre", parcel.digest) is None
    finally:
        parcel.close()


def test_a_transfer_is_taken_up_where_it_stopped(tmp_path: Path, big: Pack) -> None:
    """Half of it, then a restart: only the rest is asked for."""
    parcel = Parcel(big)
    try:
        assert served(parcel, wanted(parcel, Inbox(tmp_path)), most=20) is None
        again = wanted(parcel, Inbox(tmp_path))
        again.begin()
        first = again.told(parcel.offer)[0]
        assert isinstance(first, Want) and first.offset >= 10 * CHUNK
        assert served(parcel, wanted(parcel, Inbox(tmp_path))) is not None
    finally:
        parcel.close()


def test_another_key_another_workshop_or_too_much_is_refused(tmp_path: Path, big: Pack) -> None:
    """A peer without the session's key, an offer for something else, a size beyond the cap: a sentence, and no file."""
    parcel, stranger = Parcel(big), Parcel(pack_of())
    try:
        bad = [
            (stranger.key, parcel.offer),
            (parcel.key, stranger.offer),
            (parcel.key, replace(parcel.offer, size=parcel.offer.size + 1)),
            (parcel.key, replace(parcel.offer, signature="zz")),
            ("zz", parcel.offer),
        ]
        for key, offer in bad:
            fetch = Fetch(Inbox(tmp_path), "mon-atelier", parcel.digest, key)
            fetch.begin()
            with pytest.raises(HostilePack):
                fetch.told(offer)
        assert list(tmp_path.rglob("*")) == []
    finally:
        parcel.close()
        stranger.close()


def test_a_signed_offer_above_the_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, big: Pack) -> None:
    """Even the session's own key cannot fill the tablet."""
    parcel = Parcel(big)
    monkeypatch.setattr(limits, "MAX_ARCHIVE", 1000)
    fetch = wanted(parcel, Inbox(tmp_path))
    fetch.begin()
    with pytest.raises(HostilePack):
        fetch.told(parcel.offer)
    parcel.close()


def test_noise_in_the_parts_changes_nothing_and_a_wrong_byte_is_found(tmp_path: Path, big: Pack) -> None:
    """Parts out of turn, too long, not base64: ignored. One wrong byte: everything is asked again, then given up."""
    parcel, inbox = Parcel(big), Inbox(tmp_path)
    fetch = wanted(parcel, inbox)
    fetch.begin()
    fetch.told(parcel.offer)
    for noise in (Chunk(CHUNK, "QUJD"), Chunk(0, "é"), Chunk(0, ""), Chunk(0, base64.b64encode(bytes(2 * CHUNK)).decode())):
        assert fetch.told(noise) == [] and fetch.share == 0
    genuine = parcel.chunk
    parcel.chunk = lambda offset: genuine(offset)[:-1] + bytes([genuine(offset)[-1] ^ 1])  # type: ignore[method-assign]
    with pytest.raises(PackError):
        served(parcel, wanted(parcel, inbox))
    assert list(tmp_path.rglob("*.zip")) == [] and list((tmp_path / "received").iterdir()) == []
    parcel.close()


def test_a_hostile_workshop_signed_by_its_session_is_still_refused(tmp_path: Path) -> None:
    """Being signed is not being harmless: the pack is checked like any other before it is put anywhere."""
    genuine = pack_of()
    parcel = Parcel(genuine)
    evil = zipped(FILES | {"activities/x.exe": b"MZ"})
    files = ZipFiles(evil)
    parcel._path.write_bytes(evil)
    key = Ed25519PrivateKey.generate()
    sha = hashlib.sha256(evil).hexdigest()
    digest = digest_of(files)
    signature = key.sign(parcels._signed("mon-atelier", digest, len(evil), sha)).hex()
    parcel.offer = replace(parcel.offer, digest=digest, size=len(evil), sha=sha, signature=signature)
    fetch = Fetch(Inbox(tmp_path), "mon-atelier", digest, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex())
    with pytest.raises(HostilePack):
        served(parcel, fetch)
    assert list((tmp_path / "received").iterdir()) == []
    parcel.close()


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, big: Pack) -> None:
    """No room: told before the first byte is asked for."""
    parcel = Parcel(big)
    monkeypatch.setattr(parcels, "SPARE", 1 << 60)
    fetch = wanted(parcel, Inbox(tmp_path))
    fetch.begin()
    with pytest.raises(PackStoreError, match="place"):
        fetch.told(parcel.offer)
    parcel.close()


def test_few_received_workshops_are_kept(tmp_path: Path) -> None:
    """The oldest go; what was installed is never among them."""
    (tmp_path / "installe.zip").write_bytes(b"x")
    for number in range(parcels.KEPT + 3):
        parcel = Parcel(pack_of(bytes([number])))
        assert served(parcel, wanted(parcel, Inbox(tmp_path))) is not None
        parcel.close()
    assert len(list((tmp_path / "received").glob("*.zip"))) == parcels.KEPT and (tmp_path / "installe.zip").exists()


def test_sixteen_tablets_receive_it_over_real_sockets_with_drops(tmp_path: Path, big: Pack) -> None:
    """All sixteen at once, a third of them dropped on the way: each has the whole workshop, and the leader still answers."""
    parcel = Parcel(big)
    room = Room("4207", "mon-atelier", 7, 3, digest=parcel.digest, key=parcel.key)
    told: list[list[object]] = [[] for _n in range(16)]
    with Leader(room, "127.0.0.1", parcel=parcel) as leader:
        lines = [
            Follower("127.0.0.1", leader.port, "4207", heard.append, inbox=Inbox(tmp_path / str(n)), key=parcel.key[:16]).start()
            for n, heard in enumerate(told)
        ]
        try:
            assert until(lambda: all(any(isinstance(m, Welcome) for m in heard) for heard in told))
            for line, heard in zip(lines, told, strict=True):
                line.fetch(next(m for m in heard if isinstance(m, Welcome)))
            for line in lines[::3]:
                line.drop()
            assert until(lambda: all(any(isinstance(m, Arrived) for m in heard) for heard in told), 30)
            assert not any(isinstance(m, Failed) for heard in told for m in heard)
            assert all(any(isinstance(m, Coming) for m in heard) for heard in told)
            lines[5].report(1, 1, 2, 2, True)
            assert until(lambda: any(result.points == 2 for tablet in leader.room.tablets for result in tablet.results))
        finally:
            for line in lines:
                line.stop()
    parcel.close()


def test_a_session_with_another_key_than_its_code_is_refused() -> None:
    """Whoever answers at that address without the key of the photographed code is not believed."""
    with Leader(Room("4207", "x", 7, 3, key="b" * 64), "127.0.0.1") as leader:
        with Follower("127.0.0.1", leader.port, "4207", lambda _m: None, key="A" * 16) as line:
            assert until(lambda: line.state == "refused:key")
        with Follower("127.0.0.1", leader.port, "4207", lambda _m: None, key="B" * 16) as line:
            assert until(lambda: line.state == "joined")


RECEIVE = """
import base64, sys
from pathlib import Path
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.pack import read_pack
from mediation_apps.runtime.session.fetching import Fetch
from mediation_apps.runtime.session.parcel import Inbox, Parcel
from mediation_apps.runtime.session.wire import Chunk
parcel = Parcel(read_pack(ZipFiles(Path(sys.argv[1]))))
print(parcel.digest, flush=True)
fetch = Fetch(Inbox(Path(sys.argv[2])), parcel.offer.pack, parcel.offer.digest, parcel.key)
asked = fetch.begin()
while asked and fetch.pack is None:
    want = asked.pop(0)
    asked += fetch.told(parcel.offer if want.offset < 0 else Chunk(want.offset, base64.b64encode(parcel.chunk(want.offset)).decode()))
print("done", flush=True)
"""
INSTALL = """
import sys
from pathlib import Path
from mediation_apps.runtime.store import PackStore
print("begun", flush=True)
PackStore(Path(sys.argv[2])).install(Path(sys.argv[1]))
print("done", flush=True)
"""


def killed(script: str, source: Path, target: Path, after: float) -> bool:
    """Run it in another process and kill it after so many seconds; whether it had finished."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[4]), "TMPDIR": str(target.parent)}
    process = subprocess.Popen([sys.executable, "-c", script, str(source), str(target)], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    process.stdout.close()
    return b"done" in rest


@pytest.mark.slow
@pytest.mark.parametrize("script", [RECEIVE, INSTALL], ids=["receive", "install"])
def test_kill_9_at_any_moment_leaves_the_old_workshop_or_the_new_one(tmp_path: Path, script: str) -> None:
    """Thirty real kills spread over the transfer or the installation: what is there reads, and in the end it is the new one."""
    old, new, store = tmp_path / "old.zip", tmp_path / "new.zip", tmp_path / "store"
    old.write_bytes(zipped(FILES))
    new.write_bytes(zipped(FILES | {"media/bruit.wav": random.Random(1).randbytes(6 * limits.MIB)}))
    PackStore(store).install(old)
    digests = {digest_of(open_files(path)) for path in (old, new)}
    finished = 0
    for number in range(30):
        finished += killed(script, new, store, number * 0.004)
        for path in store.rglob("*.zip"):
            if not path.name.startswith("."):
                assert digest_of(ZipFiles(path)) in digests, path
        assert read_pack(ZipFiles(store / "mon-atelier.zip")).manifest.title == "Mon atelier"
    assert finished < 30, "some kills must have come in the middle"
    run = [sys.executable, "-c", script, str(new), str(store)]
    subprocess.run(run, check=True, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[4])})
    assert any(digest_of(ZipFiles(path)) == digest_of(open_files(new)) for path in store.rglob("*.zip") if path.name[0] != ".")
