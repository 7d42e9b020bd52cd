"""The kiosk's settings, from DATA/kiosk.toml.

Guarantees:
- no file is a valid file: every setting has a default that works;
- a mistake is reported with the file's line and what to write instead, all mistakes at once, and nothing is half applied;
- an unknown setting is a mistake too (a misspelt name must not be silently ignored);
- secrets (the library system's password) never appear in a message or a repr.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.errors import DataError
from kiosk.i18n import _
from kiosk.session import Comforts, IdlePolicy

FILE_NAME: Final = "kiosk.toml"
MAX_BYTES: Final = 64 * 1024  # a settings file is a page long; more is a mistake


@dataclass(frozen=True, slots=True)
class Koha:
    """How to reach the library system's REST interface; empty `url`: holds are not offered."""

    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""  # preferred: a file only the kiosk's account can read


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """One kiosk in one library. Lengths are in millimetres, times in seconds."""

    branch: str = ""  # code of this library in the catalogue
    branch_name: str = ""  # as written at the bottom of the screen; empty: the catalogue's name
    department: str = "04"
    language: str = "fr"
    portal_url: str = ""
    idle_seconds: float = 120.0
    warning_seconds: float = 30.0
    attract_seconds: float = 7.0  # each picture of the invitation
    width_mm: float = 0.0  # visible part of the screen; 0: taken from its density
    height_mm: float = 0.0
    floor_mm: float = 0.0  # from the floor to the bottom of the visible screen; 0: unknown, reach mode uses the lower half
    reach_mm: float = 1220.0  # no control above this in reach mode (ADA 308)
    sound: bool = True
    volume: int = 70
    text: float = 1.0
    palette: str = "limestone"
    family: str = "inter"
    motion: bool = True
    switches: str = "f7 f8"  # keys of two switches: the first goes on, the second chooses
    staff_code: str = field(default="", repr=False)  # digits that open the librarians' page; empty: there is none
    browser: str = ""  # command that opens a web page, {url} and {profile} replaced; empty: the phone opens it
    covers_online: bool = True
    covers_mb: int = 200
    hold_days: int = 7  # an undelivered hold is given up, and its card number erased, after this
    koha: Koha = Koha()

    @property
    def idle(self) -> IdlePolicy:
        """When a visit is over."""
        return IdlePolicy(self.idle_seconds, self.warning_seconds)

    @property
    def comforts(self) -> Comforts:
        """What every visit starts with."""
        return Comforts(
            text=self.text,
            palette=self.palette,
            family=self.family,
            motion=self.motion,
            volume=self.volume,
            language=self.language,
        )

    def mm_per_px(self, width_px: int, height_px: int, dpi: float = 96.0) -> float:
        """Size of a pixel: from the measured screen when known (either way up), else from `dpi`."""
        if self.width_mm > 0 and self.height_mm > 0:
            return max(self.width_mm, self.height_mm) / max(width_px, height_px, 1)
        return 25.4 / max(dpi, 1.0)


Check = Callable[[object], object]  # returns the value to keep, or raises ValueError(what to write)


def _text(limit: int = 200) -> Check:
    def check(value: object) -> object:
        if not isinstance(value, str) or len(value) > limit or any(ord(c) < 32 for c in value):
            raise ValueError(_("un texte entre guillemets, de {limit} caractères au plus").format(limit=limit))
        return value.strip()

    return check


def _number(least: float, most: float, *, zero: bool = False) -> Check:
    def check(value: object) -> object:
        ok = isinstance(value, int | float) and not isinstance(value, bool)
        if not ok or not (least <= float(value) <= most or (zero and value == 0)):  # type: ignore[arg-type]
            raise ValueError(_("un nombre entre {least} et {most}").format(least=f"{least:g}", most=f"{most:g}"))
        return value

    return check


def _whole(least: int, most: int) -> Check:
    def check(value: object) -> object:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(_("un nombre entier entre {least} et {most}").format(least=least, most=most))
        return value

    return check


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError(_("true (oui) ou false (non), sans guillemets"))
    return value


def _among(*values: str | float) -> Check:
    def check(value: object) -> object:
        if value not in values or isinstance(value, bool):
            shown = ", ".join(f'"{v}"' if isinstance(v, str) else f"{v:g}" for v in values)
            raise ValueError(_("l’une de ces valeurs : {values}").format(values=shown))
        return value

    return check


SWITCH_KEYS: Final = ("tab", "enter", "space", "up", "down", "left", "right", *(f"f{n}" for n in range(1, 13)))


def _switches(value: object) -> object:
    names = value.split() if isinstance(value, str) else []
    if value != "" and (len(names) != 2 or names[0] == names[1] or not set(names) <= set(SWITCH_KEYS)):
        raise ValueError(_('deux touches différentes, comme "space enter" ; parmi {keys}').format(keys=", ".join(SWITCH_KEYS)))
    return " ".join(names)


def _code(value: object) -> object:
    if not isinstance(value, str) or (value and not re.fullmatch(r"[0-9]{4,12}", value)):
        raise ValueError(_('de 4 à 12 chiffres entre guillemets, comme "4711"'))
    return value


def _url(value: object) -> object:
    if value == "":
        return value
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        ok = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        ok = False
    if not ok:
        raise ValueError(_('une adresse entière, comme "https://www.exemple.fr", sans nom ni mot de passe'))
    return str(value).rstrip("/")


CHECKS: Final[Mapping[str, Check]] = {
    "branch": _text(40),
    "branch_name": _text(80),
    "department": _among("04", "05"),
    "language": _among("fr", "en"),
    "portal_url": _url,
    "idle_seconds": _number(45, 3600),
    "warning_seconds": _number(30, 600),
    "attract_seconds": _number(3, 120),
    "width_mm": _number(50, 3000, zero=True),
    "height_mm": _number(50, 3000, zero=True),
    "floor_mm": _number(0, 3000),
    "reach_mm": _number(600, 2000),
    "sound": _flag,
    "volume": _whole(0, 100),
    "text": _among(1.0, 1.3, 1.6),
    "palette": _among("limestone", "contrast", "night"),
    "family": _among("inter", "andika", "dyslexic"),
    "motion": _flag,
    "switches": _switches,
    "staff_code": _code,
    "browser": _text(400),
    "covers_online": _flag,
    "covers_mb": _whole(0, 20_000),
    "hold_days": _whole(1, 60),
    "koha.url": _url,
    "koha.user": _text(100),
    "koha.password": _text(200),
    "koha.password_file": _text(400),
}


def load(data: Path) -> KioskSettings:
    """Read DATA/kiosk.toml; no file gives the defaults.

    Raises DataError, whose message lists every mistake with its line, one a line.
    """
    path = data / FILE_NAME
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return KioskSettings()
    except OSError as error:
        raise DataError(
            _("{file} ne peut pas être lu : {why}").format(file=FILE_NAME, why=error.strerror or type(error).__name__)
        ) from error
    return _with_password(parse(content), data)


def parse(content: bytes) -> KioskSettings:
    """Turn the bytes of a settings file into settings. Raises DataError with line-precise messages."""
    if len(content) > MAX_BYTES:
        raise DataError(
            _("{file} est trop long pour un fichier de réglages : {size} octets au plus").format(file=FILE_NAME, size=MAX_BYTES)
        )
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(_("{file}, ligne {line} : enregistrez le fichier en UTF-8").format(file=FILE_NAME, line=line)) from error
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(_syntax(str(error), text)) from error
    return _checked(table, text)


def _syntax(error: str, text: str) -> str:
    """Say where TOML stopped understanding; the offending line is shown unless it may hold a password."""
    found = re.search(r"at line (\d+)", error)
    number = int(found[1]) if found else text.count("\n") + 1
    shown = text.split("\n")[number - 1].strip() if number <= text.count("\n") + 1 else ""
    if not shown or "password" in shown or "code" in shown or len(shown) > 120:
        return _("{file}, ligne {line} : écriture non comprise ; un réglage s’écrit : nom = valeur").format(file=FILE_NAME, line=number)
    return _("{file}, ligne {line} : « {shown} » n’est pas compris ; un réglage s’écrit : nom = valeur").format(
        file=FILE_NAME, line=number, shown=shown
    )


def _line_of(key: str, text: str) -> int:
    """Line of a setting, by the table it stands in; 1 when it is written in a way this does not follow."""
    section, _dot, name = key.rpartition(".")
    here = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[=.]""")
    dotted = re.compile(rf"""\s*{re.escape(section)}\s*\.\s*{re.escape(name)}\s*=|\s*{re.escape(section)}\s*=""")
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
        if header:
            inside = header[1].strip("\"'")
        found = inside == key if header else here.match(line) if inside == section else section and not inside and dotted.match(line)
        if found:
            return number
    return 1


def _checked(table: dict[str, object], text: str) -> KioskSettings:
    flat: dict[str, object] = {k: v for k, v in table.items() if k != "koha"}
    koha = table.get("koha", {})
    mistakes: list[tuple[int, str]] = []
    if isinstance(koha, dict):
        flat |= {f"koha.{k}": v for k, v in koha.items()}
    else:
        mistakes.append((_line_of("koha", text), _("[koha] est un titre, suivi de ses réglages")))
    good: dict[str, object] = {}
    for key, value in flat.items():
        check = CHECKS.get(key)
        if check is None:
            mistakes.append((_line_of(key, text), _unknown(key)))
            continue
        try:
            good[key] = check(value)
        except ValueError as what:
            mistakes.append((_line_of(key, text), _("« {key} » attend {what}").format(key=key, what=what)))
    if mistakes:
        lines = [_("{file}, ligne {line} : {what}").format(file=FILE_NAME, line=n, what=what) for n, what in sorted(mistakes)]
        raise DataError("\n".join(lines))
    top = {k: v for k, v in good.items() if "." not in k}
    inner = {k.partition(".")[2]: v for k, v in good.items() if "." in k}
    return KioskSettings(**top, koha=Koha(**inner))  # type: ignore[arg-type]


def _unknown(key: str) -> str:
    """Name the setting that was probably meant."""
    from difflib import get_close_matches  # only when somebody mistyped

    near = get_close_matches(key, CHECKS, n=1)
    if near:
        return _("« {key} » n’existe pas ; vouliez-vous écrire « {near} » ?").format(key=key[:60], near=near[0])
    return _("« {key} » n’existe pas ; effacez cette ligne").format(key=key[:60])


def _with_password(settings: KioskSettings, data: Path) -> KioskSettings:
    """Read the password from its own file, when there is one, relative to DATA."""
    name = settings.koha.password_file
    if not name:
        return settings
    try:
        with (data / name).open("rb") as file:
            secret = file.read(1000).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(_("Le fichier du mot de passe nommé par « koha.password_file » ne peut pas être lu")) from error
    return replace(settings, koha=replace(settings.koha, password=secret))


def write_example(data: Path) -> Path:
    """Write a commented DATA/kiosk.toml for the referent to complete, unless there is one. Returns its path."""
    path = data / FILE_NAME
    if path.exists():
        return path
    data.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{FILE_NAME}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(EXAMPLE)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    return path


EXAMPLE: Final = """\
# Réglages de la borne Colporteur. Une ligne commence par # : elle est ignorée. Enlevez le # pour changer le réglage.
# Le guide des bibliothécaires explique chacun.

# branch = "BARREME"            # le code de votre bibliothèque dans le catalogue
# branch_name = "Bibliothèque de Barrême"
# department = "04"             # "04" ou "05"
# portal_url = "https://www.exemple.fr"

# idle_seconds = 120            # sans toucher l’écran pendant ce temps, la visite est effacée
# warning_seconds = 30          # l’avertissement commence tant de secondes avant

# Partie visible de l’écran, mesurée à la règle : les boutons en dépendent.
# width_mm = 217
# height_mm = 136
# floor_mm = 900                # du sol au bas de l’écran

# sound = true
# volume = 70                   # de 0 à 100
# text = 1.0                    # taille des textes : 1.0, 1.3 ou 1.6
# palette = "limestone"         # couleurs : "limestone", "contrast" ou "night"
# family = "inter"              # lettres : "inter", "andika" ou "dyslexic"
# motion = true                 # false : rien ne bouge
# switches = "f7 f8"            # deux contacteurs : la première touche avance, la seconde choisit
# staff_code = "4711"           # ouvre la page des bibliothécaires, en bas de l’aide

# browser = "cog --platform=wl {url}"   # pour ouvrir une ressource sur la borne ; sans cela, sur le téléphone
# covers_online = true          # chercher les couvertures quand il y a une connexion
# hold_days = 7                 # une réservation non transmise est abandonnée après tant de jours

# [koha]                        # le système de la bibliothèque, pour réserver
# url = "https://koha.exemple.fr"
# user = "borne"
# password_file = "koha.secret" # un fichier à part, dans le même dossier
"""
