"""Relator codes to the domain's roles.

Guarantees: a code that speaks of a copy (owner, donor, binder, seller) gives None: that person did not make the work.
Sources: UNIMARC Bibliographic appendix C; MARC code list for relators.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kiosk.domain import Role

_UNIMARC = {
    Role.AUTHOR: "070 090 100 190 290 330 520 690",
    Role.DIRECTOR: "300",
    Role.COMPOSER: "230",
    Role.ILLUSTRATOR: "440 030 040 210 350 360 410 430 510 600 705 750",
    Role.PERFORMER: "005 250 275 545 590 595 721 755 995",
    Role.TRANSLATOR: "730",
    Role.NARRATOR: "550",
    Role.EDITOR: "220 340 651 650 280 710",
}
_MARC21 = {
    Role.AUTHOR: "aut cre lbt lyr aus sce dub",
    Role.DIRECTOR: "drt fmd tld",
    Role.COMPOSER: "cmp",
    Role.ILLUSTRATOR: "ill art pht clr drm egr anm ivr",
    Role.PERFORMER: "act sng mus prf itr cnd voc dnc orc",
    Role.TRANSLATOR: "trl",
    Role.NARRATOR: "nrt rce spk",
    Role.EDITOR: "edt com pbl pbd edc",
}
_COPY_TABLE = "140 150 160 110 120 310 320 390 400 610 620 bnd bkp dnr fmo own dte sgn ins prt bsl col dpt rcp"
_ABOUT_A_COPY = frozenset(_COPY_TABLE.split())
_CODES = {code: role for roles in (_UNIMARC, _MARC21) for role, codes in roles.items() for code in codes.split()}


def role_of_codes(codes: Sequence[str], default: Role) -> Role | None:
    """Return the role of a field's first code that we show; `default` without a code; None when it is about a copy."""
    return _role(tuple(codes), default) if codes else default


@lru_cache(maxsize=1_024)
def _role(given: tuple[str, ...], default: Role) -> Role | None:
    codes = [code.strip().lower()[-3:] for code in given if code.strip()]
    if not codes:
        return default
    found = [_CODES.get(code, Role.OTHER) for code in codes if code not in _ABOUT_A_COPY]
    return next((role for role in found if role is not Role.OTHER), found[0] if found else None)
