"""The declared work for Ansible and pyinfra, as well as each can do it.

Ansible: `synchronize` (rsync), pipelining, forks = devices, no fact gathering. pyinfra: `files.rsync`, all devices in parallel.
Both read everything back with sha256sum in one shell command and compare it. Neither runs what is not needed for the work.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.fleet.declared import HOME, SETTINGS, TREE
from fleet.lab.names import LabDevice

VENV = "COLPORTEUR_BENCH_PEERS"
HOW = f"python3 -m venv /opt/peers && /opt/peers/bin/pip install ansible pyinfra, puis {VENV}=/opt/peers"
_LIST = f"cd / && find {TREE} {SETTINGS} {HOME} -type f -print0 | sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-64"

_PLAYBOOK = """- hosts: all
  gather_facts: false
  tasks:
    - ansible.posix.synchronize:
        {{src: "{folder}/arbre/", dest: "/{tree}/", delete: true, owner: false, group: false, rsync_opts: ["--mkpath"]}}
    - ansible.posix.synchronize:
        {{src: "{folder}/reglages/", dest: "/{settings}/", owner: false, group: false, rsync_opts: ["--mkpath"]}}
    - shell: find /{home} -mindepth 1 -delete
    - shell: {listing}
      register: seen
    - assert: {{that: seen.stdout == "{expected}", quiet: true}}
"""
_PYINFRA = """from pyinfra.operations import files, server

files.rsync(src="{folder}/arbre/", dest="/{tree}/", flags=["-rlptD", "--delete", "--mkpath"])
files.rsync(src="{folder}/reglages/", dest="/{settings}/", flags=["-rlptD", "--mkpath"])
server.shell(commands=["find /{home} -mindepth 1 -delete", 'test "$({listing})" = "{expected}"'])
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool and its command line; `environment` joins the process's own."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


def expected(folder: Path) -> str:
    """What the peers' read-back must print."""
    names = [(f"{TREE}/{p.relative_to(folder / 'arbre')}", p) for p in (folder / "arbre").rglob("*") if p.is_file()]
    names += [(f"{SETTINGS}/{p.name}", p) for p in (folder / "reglages").iterdir()]
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {name}\n" for name, p in sorted(names, key=lambda n: n[0].encode())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def find(name: str) -> str | None:
    """The path of a peer's program: in the environment named by COLPORTEUR_BENCH_PEERS, else anywhere."""
    folder = os.environ.get(VENV)
    return shutil.which(name, path=str(Path(folder, "bin"))) if folder else shutil.which(name)


def peers(folder: Path, scratch: Path, devices: list[LabDevice], key: Path, known_hosts: Path) -> tuple[list[Peer], list[str]]:
    """The peers that are installed, and the names of those that are not."""
    fields = {"folder": folder, "tree": TREE, "settings": SETTINGS, "home": HOME, "listing": _LIST, "expected": expected(folder)}
    found, missing = [], []
    for name, make in (("ansible-playbook", _ansible), ("pyinfra", _pyinfra)):
        program = find(name)
        if program is None:
            missing.append(name)
        else:
            found.append(make(program, scratch, devices, key, known_hosts, fields))
    return found, missing


def _ansible(program: str, scratch: Path, devices: list[LabDevice], key: Path, known: Path, fields: dict[str, object]) -> Peer:
    (scratch / "play.yml").write_text(_PLAYBOOK.format(**(fields | {"listing": json.dumps(_LIST)})))
    hosts = {d.name: {"ansible_host": d.address} for d in devices}
    shared = {"ansible_user": "root", "ansible_ssh_private_key_file": str(key), "ansible_python_interpreter": "/usr/bin/python3"}
    (scratch / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": shared}}))
    (scratch / "hosts.json").rename(scratch / "hosts.yml")  # JSON is YAML, and the ending chooses the reader
    environment = {
        "ANSIBLE_PIPELINING": "True",
        "ANSIBLE_FORKS": str(len(devices)),
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_SSH_ARGS": f"-C -o ControlMaster=auto -o ControlPersist=20s -o UserKnownHostsFile={known}",
        "ANSIBLE_LOCAL_TEMP": str(scratch / "ansible"),
        "ANSIBLE_HOME": str(scratch / "ansible-home"),
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "LC_ALL": "C.UTF-8",
    }
    return Peer("ansible", (program, "-i", str(scratch / "hosts.yml"), str(scratch / "play.yml")), environment)


def _pyinfra(program: str, scratch: Path, devices: list[LabDevice], key: Path, known: Path, fields: dict[str, object]) -> Peer:
    (scratch / "deploy.py").write_text(_PYINFRA.format(**fields))
    data = {"ssh_user": "root", "ssh_key": str(key), "ssh_known_hosts_file": str(known), "ssh_strict_host_key_checking": "yes"}
    (scratch / "inventory.py").write_text(f"hosts = {[(d.address, data) for d in devices]!r}\n")
    command = (program, "-y", "--parallel", str(len(devices)), str(scratch / "inventory.py"), str(scratch / "deploy.py"))
    # Its rsync goes through the ssh program, which reads the home's settings: one made for this.
    home = scratch / "home"
    (home / ".ssh").mkdir(parents=True, exist_ok=True)
    (home / ".ssh" / "known_hosts").write_bytes(known.read_bytes())
    return Peer("pyinfra", command, {"HOME": str(home), "LC_ALL": "C.UTF-8"})
