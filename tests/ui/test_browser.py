"""The kiosk's browser keeps nothing: its home is thrown away, its helpers end with it, and a power cut is made good."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from kiosk.ui.browser import PREFIX, Browser, sweep


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files of these tests are theirs."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _until(file: Path) -> str:
    for _try in range(500):
        if file.exists() and file.read_text().endswith("\n"):
            return file.read_text()
        time.sleep(0.01)
    raise AssertionError(file)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_a_browser_that_names_no_profile_still_writes_into_one_that_is_thrown_away(tmp_path: Path) -> None:
    """Cookies go under HOME or XDG folders: both are the visit's, and gone at its end; helpers end too."""
    told = tmp_path / "told"
    script = f'echo secret > "$HOME/cookies"; sleep 300 & echo "$HOME $XDG_CONFIG_HOME $! $0" > {told}.part; mv {told}.part {told}; wait'
    browser = Browser(("sh", "-c", script, "{url}"))
    assert browser.open("https://portail.example.org/x")
    home, config, helper, url = _until(told).split()
    assert home == config
    assert Path(home, "cookies").exists()
    assert url == "https://portail.example.org/x"
    try:
        browser.close()
        assert not Path(home).exists()
        for _try in range(200):
            if not _alive(int(helper)):
                break
            time.sleep(0.01)
        assert not _alive(int(helper))
    finally:
        if _alive(int(helper)):
            os.kill(int(helper), signal.SIGKILL)


def test_what_a_power_cut_left_is_deleted_at_the_next_start(own_temporary_folder: Path) -> None:
    """Only folders of the browser, and only one's own; never what a link points to."""
    left, other = own_temporary_folder / f"{PREFIX}abc", own_temporary_folder / "else"
    for folder in (left, other):
        folder.mkdir()
        (folder / "cookies").write_text("x")
    (own_temporary_folder / f"{PREFIX}link").symlink_to(other)
    sweep()
    assert not left.exists()
    assert (other / "cookies").exists()


def test_a_command_that_does_not_exist_leaves_nothing(own_temporary_folder: Path) -> None:
    """It says no, and its folder is gone."""
    assert not Browser.of("no-such-browser-anywhere {url}").open("https://example.org")
    assert not Browser.of("").open("https://example.org")
    assert list(own_temporary_folder.iterdir()) == []
