"""Guarantees: while a package is read, everything its author must know is noted once, with the place it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from mediation_apps.errors import NotFound, PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files, safe_name
from mediation_apps.runtime.h5p import params as p
from mediation_apps.runtime.h5p.params import Params
from mediation_apps.runtime.model import Media
from mediation_apps.runtime.pictures import measure
from mediation_apps.runtime.richtext import RichText, from_html
from mediation_apps.runtime.words import typography

INSIDE = "::"  # parts the path of an `.h5p` from the path inside it


@dataclass(frozen=True, slots=True)
class Note:
    """One thing an author must know. `kind`: internet, unsupported, unsafe, media, text."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        """The place and the sentence; the place alone is not said twice."""
        return self.sentence if self.sentence.startswith(f"{self.where} ") else f"{self.where} : {self.sentence}"


@dataclass(slots=True)
class Context:
    """Where the reading stands: the package's files, the place, the notes so far."""

    files: Files
    prefix: str  # path of the `.h5p` in its pack; "" when it stands alone
    base: str = "content/"  # where media paths begin
    notes: list[Note] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    _place: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Say where what follows stands."""
        self._place.append(place)
        try:
            yield
        finally:
            self._place.pop()

    @property
    def depth(self) -> int:
        """How many activities hold the one under way."""
        return len(self._place)

    def note(self, kind: str, sentence: str) -> None:
        """Keep a remark for the author; the same one twice counts once."""
        found = Note(kind, " › ".join(self._place), sentence)
        if found not in self.notes and len(self.notes) < limits.MAX_ACTIVITIES:
            self.notes.append(found)

    def rich(self, source: str) -> RichText:
        """Text made safe; links and dropped elements are noted."""
        cleaned = from_html(typography(source))
        for link in cleaned.links:
            self.note("internet", _("Le lien « {link} » a besoin d’internet : seul son texte est montré.").format(link=link[:120]))
        if {"script", "svg", "iframe", "object", "embed"} & set(cleaned.dropped):
            self.note("unsafe", _("Du code caché dans le texte a été retiré."))
        if {"img", "video", "audio", "form", "math"} & set(cleaned.dropped):
            self.note("text", _("Une image, un média ou une formule dans le texte n’est pas montré."))
        return cleaned.text

    def media(self, found: Params, alt: str = "", kinds: frozenset[str] = limits.PICTURES) -> Media | None:
        """A file the package holds and the tablet can show; None, and a note, otherwise."""
        path = p.text(found, "path").removesuffix("#tmp")
        if not path:
            return None
        if path.lower().startswith(("http://", "https://", "//")):
            self.note("internet", _("Un média est en ligne ({path}) : il n’est pas montré.").format(path=path[:120]))
            return None
        name = safe_name(f"{self.base}{path}")
        extension = PurePosixPath(name).suffix.lstrip(".").lower()
        if extension not in kinds:
            self.note("media", _("Le fichier « {path} » ({kind}) n’est pas montré.").format(path=path, kind=extension or "?"))
            return None
        try:
            data = self.files.read(name)
            if kinds is limits.PICTURES:
                measure(data, path)
        except NotFound:
            self.note("media", _("Le fichier « {path} » manque dans le paquet.").format(path=path))
            return None
        except PackError as e:
            self.note("media", str(e))
            return None
        credit = self._credit(p.group(found, "copyright"))
        return Media(f"{self.prefix}{INSIDE}{name}" if self.prefix else name, alt, credit)

    def _credit(self, copyright_: Params) -> str:
        parts = [p.words(copyright_, key) for key in ("title", "author", "license")]
        credit = " · ".join(part for part in parts if part and part != "U")
        if credit and credit not in self.credits:
            self.credits.append(credit)
        return credit

    def illustration(self, found: Params) -> Media | None:
        """The picture a question carries in `media.type`; films and sounds there are noted."""
        sub = p.group(p.group(found, "media"), "type")
        library = p.text(sub, "library").partition(" ")[0]
        if library == "H5P.Image":
            inner = p.group(sub, "params")
            return self.media(p.group(inner, "file"), p.words(inner, "alt"))
        if library:
            self.note("media", _("Le média de la question ({kind}) n’est pas joué.").format(kind=library))
        return None
