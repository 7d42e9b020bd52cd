"""The difference is empty for equal states, and empty again once its changes are done."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fleet.operations.desired import Wanted
from fleet.operations.difference import RESUMABLE, Difference, difference, extras, part_of
from fleet.operations.facts import Account, Facts
from fleet.operations.manifest import Entry, below, digest_of, outermost

FACTS = Facts(accounts=(Account("root", 0, 0, "/root"), Account("lecteur", 1000, 1000, "/home/lecteur")))
names = st.sampled_from(["a", "b", "é", "a b", ".x", "zz"])
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/srv/" + "/".join(parts))


def file(content: bytes, mode: int = 0o644, owner: str = "root") -> Wanted:
    """A wanted file."""
    return Wanted(Entry("f", mode, 0, 0, len(content), hashlib.sha256(content).hexdigest()), owner, content=content)


def folder() -> Wanted:
    """A wanted folder."""
    return Wanted(Entry("d", 0o755, 0, 0))


@st.composite
def wanted_trees(draw: st.DrawFn) -> dict[str, Wanted]:
    """Trees whose folders are folders."""
    tree: dict[str, Wanted] = {"/srv": folder()}
    for path in sorted(draw(st.lists(paths, max_size=6, unique=True))):
        parents = ["/".join(path.split("/")[:n]) for n in range(2, len(path.split("/")))]
        if all(p not in tree or tree[p].entry.kind == "d" for p in parents) and path not in tree:
            tree |= {p: folder() for p in parents if p not in tree}
            tree[path] = file(
                draw(st.binary(max_size=4)), draw(st.sampled_from([0o644, 0o755])), draw(st.sampled_from(["root", "lecteur"]))
            )
    return tree


entries = st.builds(
    Entry,
    st.sampled_from("dfls"),
    st.sampled_from([0o644, 0o755, 0o700]),
    st.sampled_from([0, 1000]),
    st.sampled_from([0, 1000]),
    st.integers(0, 5),
    st.sampled_from(["-", "0" * 64, hashlib.sha256(b"").hexdigest()]),
)


def done(todo: Difference, found: dict[str, Entry]) -> dict[str, Entry]:
    """What a device has after it did what was asked."""
    now = {p: e for p, e in found.items() if not any(below(p, gone) for gone in todo.remove)}
    for change in todo.changes:
        if change.kind in "fl":
            now = {p: e for p, e in now.items() if not below(p, change.path)}
        now[change.path] = replace(change.wanted.entry, uid=change.uid, gid=change.gid)
    return now


@given(wanted_trees(), st.dictionaries(paths, entries, max_size=8))
def test_after_the_changes_nothing_differs(wanted: dict[str, Wanted], found: dict[str, Entry]) -> None:
    """Whatever was there, one difference leads to the wanted state, and the second is empty."""
    found = {"/srv": Entry("d", 0o755, 0, 0), **found}
    todo = difference(wanted, found, ("/srv",), FACTS)
    after = done(todo, found)
    assert not difference(wanted, after, ("/srv",), FACTS)
    assert set(after) == set(wanted)


@given(wanted_trees())
def test_an_equal_state_has_no_difference(wanted: dict[str, Wanted]) -> None:
    """Nothing to do is nothing done."""
    owners = {"root": (0, 0), "lecteur": (1000, 1000)}
    found = {p: replace(w.entry, uid=owners[w.owner][0], gid=owners[w.owner][1]) for p, w in wanted.items()}
    assert not difference(wanted, found, ("/srv",), FACTS)
    assert digest_of(found) == digest_of(dict(reversed(found.items())))


def test_a_folder_goes_once_and_never_with_what_is_wanted_in_it() -> None:
    """The outermost path only; a folder that holds something wanted stays."""
    d, f = Entry("d", 0o755, 0, 0), Entry("f", 0o644, 0, 0)
    found = {"/h": d, "/h/a": d, "/h/a/x": f, "/h/a/y": d, "/h/a/y/z": f, "/h/keep": d, "/h/keep/me": f, "/h/keep/not": f, "/other": f}
    assert extras({"/h/keep/me": file(b"")}, found, ("/h",)) == ("/h/a", "/h/keep/not")


def test_our_own_leavings_go_wherever_they_are() -> None:
    """Half-sent files and marks of a cut run are removed, outside the exact folders too; what will be resumed is kept."""
    f = Entry("f", 0o600, 0, 0, 3, "0" * 64)
    found = {"/etc/.colporteur-part-00": f, "/etc/.colporteur-mark-ab": f, "/etc/passwd": f}
    assert extras({}, found, ()) == ("/etc/.colporteur-mark-ab", "/etc/.colporteur-part-00")


def test_only_the_rest_of_a_long_file_is_sent() -> None:
    """The bytes a cut left are kept when they are the right ones, and thrown away when they are not."""
    content = bytes(range(256)) * (RESUMABLE // 128)
    wanted = file(content)
    part = part_of("/srv/film", wanted)
    good = Entry("f", 0o600, 0, 0, 1000, hashlib.sha256(content[:1000]).hexdigest())
    todo = difference({"/srv/film": wanted}, {part: good}, ("/srv",), FACTS)
    assert (todo.changes[0].start, todo.remove, todo.bytes) == (1000, (), len(content) - 1000)
    bad = replace(good, digest="0" * 64)
    todo = difference({"/srv/film": wanted}, {part: bad}, ("/srv",), FACTS)
    assert (todo.changes[0].start, todo.remove) == (0, (part,))


@given(st.lists(paths, max_size=8))
def test_outermost_roots_hold_all_others(roots: list[str]) -> None:
    """Each root is inside exactly one of the kept ones."""
    kept = outermost(roots)
    assert all(sum(below(root, k) for k in kept) == 1 for root in roots)
