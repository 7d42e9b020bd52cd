"""Guarantees: a tablet that shows its own code can be invited by whoever has seen it, once; anybody else's word changes nothing.

The facilitator's tablet scans (or types) the tablet's code and sends one line: the secret of that code and an invitation. The session is
then looked for at the address that this line came from.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

from mediation_apps.errors import SessionError
from mediation_apps.i18n import _
from mediation_apps.runtime.session.discovery import own_addresses
from mediation_apps.runtime.session.invitation import Invitation, read_invitation

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike: a person may have to type them
SECRET = 8  # signs: 40 bits
LONGEST = 512  # bytes of the one line
WITHIN = 3.0  # seconds for it
MOST_WRONG = 50  # wrong secrets before the bell is silent


class Doorbell:
    """Waits for one invitation, until `close`; `rung` is called on its thread."""

    def __init__(self, rung: Callable[[Invitation], None], address: str = "") -> None:
        self._rung, self._wrong = rung, 0
        self._socket = socket.create_server((address, 0))
        self._socket.settimeout(0.25)
        secret = "".join(secrets.choice(SIGNS) for _sign in range(SECRET))
        self.invitation = Invitation(address or own_addresses()[0], self._socket.getsockname()[1], secret, tablet=True)
        self._closed = False
        self._thread = threading.Thread(target=self._listen, name="doorbell", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._closed and self._wrong < MOST_WRONG:
            try:
                line, peer = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with line:
                found = self._heard(line)
            if found is not None:
                self._rung(replace(found, host=str(peer[0])))
                return

    def _heard(self, line: socket.socket) -> Invitation | None:
        line.settimeout(WITHIN)
        try:
            data = line.recv(LONGEST)
            said = json.loads(data)
            good = isinstance(said, dict) and hmac.compare_digest(str(said.get("secret", "")).encode(), self.invitation.code.encode())
            found = read_invitation(str(said.get("invitation", ""))) if good else None
            line.sendall(b"ok\n" if found is not None else b"no\n")
        except (OSError, ValueError, RecursionError):
            found = None
        if found is None or found.tablet:
            self._wrong += 1
            return None
        return found

    def moved(self, address: str) -> None:
        """This tablet has another address from now on."""
        self.invitation = replace(self.invitation, host=address)

    def close(self) -> None:
        """Wait no more; the thread is gone when this returns."""
        self._closed = True
        self._thread.join(WITHIN + 1)
        self._socket.close()


def ring(tablet: Invitation, session: Invitation) -> None:
    """Invite a tablet into a session; `SessionError` when it does not answer. Takes seconds: not for the UI thread."""
    message = json.dumps({"secret": tablet.code, "invitation": session.text}).encode()
    try:
        with socket.create_connection((tablet.host, tablet.port), WITHIN) as line:
            line.settimeout(WITHIN)
            line.sendall(message)
            answered = line.recv(8) == b"ok\n"
    except OSError as e:
        raise SessionError(_("Cette tablette ne répond pas. Est-elle sur le même Wi-Fi ?")) from e
    if not answered:
        raise SessionError(_("Ce code n’est plus celui de la tablette. Lisez-le de nouveau."))
