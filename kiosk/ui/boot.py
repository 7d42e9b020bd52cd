"""What must be settled before Kivy is imported, so that the kiosk starts fast and owns its screen and its input.

Guarantees:
- nothing is read from or written to the user's Kivy folder; logs go nowhere unless COLPORTEUR_DEBUG is set;
- providers are pinned, stock styles are not parsed (`style.kv` is empty: every widget here draws itself);
- without a display the screens are drawn offscreen, by the same code.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from kiosk.ui import rasteriser

PROVIDERS = {
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_AUDIO": "none",
    "KIVY_VIDEO": "none",
    "KIVY_CAMERA": "none",
    "KIVY_SPELLING": "none",
    "KIVY_CLIPBOARD": "dummy",
}


def has_display() -> bool:
    """Tell whether there is a screen: X, Wayland, or a console with a graphics card of its own."""
    if os.environ.get("SDL_VIDEODRIVER") in ("offscreen", "dummy"):
        return False
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    return os.environ.get("SDL_VIDEODRIVER") == "kmsdrm"


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "colporteur"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="colporteur-"))  # a read-only home: this start only
    return folder


def _data_folder(cache: Path) -> Path | None:
    """Kivy's own data with an empty `style.kv`: links, made once a version, renamed into place."""
    spec = find_spec("kivy")
    if spec is None or not spec.origin:
        return None
    source = Path(spec.origin).parent / "data"
    folder = cache / f"kivy-data-{source.stat().st_mtime_ns:x}"
    if folder.is_dir():
        return folder
    making = cache / f".making-{os.getpid()}"
    try:
        making.mkdir()
        for entry in source.iterdir():
            if entry.name != "style.kv":
                (making / entry.name).symlink_to(entry)
        (making / "style.kv").write_text("#:kivy 2.0\n", encoding="utf-8")
        making.rename(folder)
    except OSError:
        return folder if folder.is_dir() else None
    return folder


def prepare(width: int, height: int, *, fullscreen: bool = False, offscreen: bool | None = None) -> None:
    """Set Kivy up; call it before anything imports Kivy. Later calls, or one after Kivy's import, change only the size."""
    if "kivy" not in sys.modules:
        debug = bool(os.environ.get("COLPORTEUR_DEBUG"))
        cache = _cache()
        os.environ.update(PROVIDERS)
        os.environ["KIVY_NO_ARGS"] = "1"
        os.environ["KIVY_NO_FILELOG"] = "1"
        os.environ["KIVY_NO_CONFIG"] = "1"
        os.environ["KIVY_HOME"] = str(cache / "kivy")
        (cache / "kivy").mkdir(exist_ok=True)
        if not debug:
            os.environ["KIVY_NO_CONSOLELOG"] = "1"
        data = _data_folder(cache)
        if data is not None:
            os.environ["KIVY_DATA_DIR"] = str(data)
        if offscreen if offscreen is not None else not has_display():
            os.environ["SDL_VIDEODRIVER"] = "offscreen"
    _configure(width, height, fullscreen)


def quicken() -> None:
    """After the first picture: leave what is loaded alone when garbage is looked for, let the drawing thread take turns sooner,
    and have what is drawn without a graphics card drawn by all processors."""
    gc.collect()
    gc.freeze()  # a full collection over 20,000 rows would cost 10 to 19 ms, in the middle of a fling
    sys.setswitchinterval(0.001)  # s; the default lets the catalogue thread hold the drawing for 5 ms
    rasteriser.spread()


def _configure(width: int, height: int, fullscreen: bool) -> None:
    told = sys.stderr
    from kivy.config import Config

    sys.stderr = told  # Kivy takes it for its log: what a command tells a person would be lost
    for section, key, value in (
        ("graphics", "multisamples", "0"),  # edges are smooth by themselves; the default costs 2.6 times the frame
        ("graphics", "width", str(width)),
        ("graphics", "height", str(height)),
        ("graphics", "fullscreen", "auto" if fullscreen else "0"),
        ("graphics", "allow_screensaver", "0"),
        ("graphics", "maxfps", "60"),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "keyboard_mode", "system"),
        ("kivy", "window_icon", ""),
    ):
        if not Config.has_section(section):
            Config.add_section(section)
        Config.set(section, key, value)
    for option in list(Config.options("input")) if Config.has_section("input") else []:
        Config.remove_option("input", option)  # one provider a device: the window's own fingers and mouse
    Config.set("input", "mouse", "mouse,disable_multitouch")
