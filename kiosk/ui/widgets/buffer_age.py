"""How old is what the window's buffer still holds: what was not damaged since need not be drawn again.

Asked of EGL, which opens the window on a console without X, under Wayland and offscreen. Source: EGL_EXT_buffer_age; EGL 1.5, section
3.10.1 (eglSwapBuffers has no effect on a pbuffer: it keeps what was drawn) and 3.5.6 (EGL_LARGEST_PBUFFER is answered for a pbuffer
only). Guarantee: where nobody can tell, the answer is `UNKNOWN`, and the caller draws everything. So it does with COLPORTEUR_DRAW_ALL
in the environment, for a driver that tells a wrong age: old pixels stay on the screen then.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

UNKNOWN = 0
_DRAW, _LARGEST_PBUFFER, _BUFFER_AGE = 0x3059, 0x3058, 0x313D
_UNTOUCHED = -1


@cache
def _egl() -> ctypes.CDLL | None:
    try:
        egl = ctypes.CDLL("libEGL.so.1")
        egl.eglGetCurrentDisplay.restype = egl.eglGetCurrentSurface.restype = ctypes.c_void_p
        egl.eglGetCurrentSurface.argtypes = [ctypes.c_int]
        egl.eglQuerySurface.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    except (OSError, AttributeError):  # none here, or not what it is called
        return None
    return egl


def buffer_age() -> int:
    """Return how many pictures ago the buffer to be drawn into was drawn; 1 when it holds the last one, `UNKNOWN` when not known.

    Ask after the last picture was shown and before the next is begun, on the thread that draws.
    """
    egl = None if os.environ.get("COLPORTEUR_DRAW_ALL") else _egl()
    display = egl.eglGetCurrentDisplay() if egl is not None else None
    surface = egl.eglGetCurrentSurface(_DRAW) if egl is not None and display else None
    if egl is None or not surface:
        return UNKNOWN
    answer = ctypes.c_int(_UNTOUCHED)
    if egl.eglQuerySurface(display, surface, _LARGEST_PBUFFER, ctypes.byref(answer)) and answer.value != _UNTOUCHED:
        return 1
    if not egl.eglQuerySurface(display, surface, _BUFFER_AGE, ctypes.byref(answer)):
        return UNKNOWN
    return max(UNKNOWN, answer.value)
