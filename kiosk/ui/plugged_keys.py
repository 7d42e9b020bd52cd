"""Keys of a plugged-in keyboard, a barcode reader or switches, told to the shell.

Guarantees: two keys named in the settings are switches, wherever the focus is; while a field is written in, keys edit it;
otherwise Tab, the arrows, Enter and Escape move the focus, press and go back, so that everything works without touching
the glass; a letter typed out of any field begins a search.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.ui.scanning import Scanner

if TYPE_CHECKING:
    from kiosk.ui.app_window import Shell

BACKSPACE, TAB, ENTER, ESCAPE, SPACE, DELETE = 8, 9, 13, 27, 32, 127
F9, F10 = 290, 291
NAMED = {"tab": TAB, "enter": ENTER, "space": SPACE, "up": 273, "down": 274, "right": 275, "left": 276}
NAMED |= {f"f{n}": 281 + n for n in range(1, 13)}
KEYPAD_ENTER, UP, DOWN, RIGHT, LEFT, HOME, END = 271, 273, 274, 275, 276, 278, 279


class PluggedKeys:
    """Turns SDL key codes and typed characters into what the shell does."""

    def __init__(self, shell: Shell, switches: str = "") -> None:
        """`switches` names two keys, "f7 f8": the first goes on, the second chooses."""
        self._shell = shell
        self.scanner = Scanner(shell)
        first, second = switches.split() if switches else ("", "")
        self._switches = {NAMED.get(first, -1): self.scanner.advance, NAMED.get(second, -2): self.scanner.choose}

    def key(self, key: int, modifiers: list[str]) -> bool:
        """Take a key; tell whether it meant something."""
        shell = self._shell
        if key in self._switches:
            self._switches[key]()
            return True
        if key == TAB:
            shell.stop_editing()
            shell.focus.move(-1 if "shift" in modifiers else 1)
            return True
        if key in (F9, F10):  # whatever has the focus: going to the buttons would interrupt what is being said
            shell.pause_voice() if key == F9 else shell.repeat_voice()
            return True
        if shell.field is not None and self._edit(key):
            return True
        if key in (ENTER, KEYPAD_ENTER, SPACE):
            return shell.focus.act()
        if key == ESCAPE:
            self._escape()
            return True
        if key in (UP, DOWN) and shell.focus.step(1 if key == DOWN else -1):
            return True
        if key in (UP, DOWN, LEFT, RIGHT):
            shell.focus.move(1 if key in (DOWN, RIGHT) else -1)
            return True
        return False

    def text(self, text: str) -> bool:
        """Take typed characters: into the field; without one, they begin a search."""
        shell = self._shell
        if text == " " and SPACE in self._switches:
            return True
        if shell.field is None:
            if not text.strip() or shell.dialogue is not None or shell.header.hidden:
                return False
            shell.header.search.put("")
            shell.edit(shell.header.search)
        shell.field.insert(text)
        return True

    def _escape(self) -> None:
        shell = self._shell
        if shell.dialogue is not None:
            shell.close_overlay()
        elif shell.field is not None:
            shell.stop_editing()
        else:
            shell.desk.back()

    def _edit(self, key: int) -> bool:
        field = self._shell.field
        actions: dict[int, Callable[[], None]] = {
            BACKSPACE: field.erase,
            DELETE: field.erase_after,
            LEFT: lambda: field.move(-1),
            RIGHT: lambda: field.move(1),
            HOME: lambda: field.move(-len(field.text)),
            END: lambda: field.move(len(field.text)),
            ENTER: field.enter,
            KEYPAD_ENTER: field.enter,
        }
        if key not in actions:
            return key == SPACE  # its character comes by `text`
        actions[key]()
        return True
