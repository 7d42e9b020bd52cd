"""Guarantees: a rhythm is a small frozen value that fits into one line of text and comes back unchanged; other lines give nothing.

Eight steps are one bar of eight quavers. No sound is made here, and numpy is not needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

from mediation_apps.i18n import _

STEPS, LANES = 8, 4
SLOWEST, FASTEST, TEMPO_BY = 50, 180, 10  # crotchets a minute
_LINE = re.compile(r"(\d{2,3})((?:;[a-z-]{2,20}=[0-9a-f]{2}){1,4})")


@dataclass(frozen=True, slots=True)
class Voice:
    """One synthesised sound: what it is called, its icon, and the words that tell it to somebody who does not hear it."""

    label: str
    icon: str
    described: str


VOICES: Mapping[str, Voice] = MappingProxyType(
    {
        "grosse-caisse": Voice(_("Grosse caisse"), "circle_double", _("Un coup sourd, très grave.")),
        "caisse-claire": Voice(_("Caisse claire"), "circle_slice_8", _("Un coup sec, qui grésille.")),
        "charley": Voice(_("Charley"), "blur", _("Un « tss » court, très aigu.")),
        "claquement": Voice(_("Claquement"), "hand_clap", _("Des mains qui claquent.")),
        "tom": Voice(_("Tom"), "record_circle_outline", _("Un coup rond, qui descend.")),
        "tambourin": Voice(_("Tambourin"), "cylinder", _("Un long tambour de Provence, grave et profond.")),
        "bois": Voice(_("Bloc de bois"), "cube_outline", _("Un « toc » bref.")),
        "basse-re": Voice(_("Basse ré"), "guitar_acoustic", _("Une corde grave, longue.")),
        "basse-la": Voice(_("Basse la"), "guitar_acoustic", _("Une corde grave, un peu plus haute.")),
        "xylo-re": Voice(_("Xylophone ré"), "music_note", _("Une lame de bois, note ré.")),
        "xylo-mi": Voice(_("Xylophone mi"), "music_note", _("Une lame de bois, note mi.")),
        "xylo-sol": Voice(_("Xylophone sol"), "music_note", _("Une lame de bois, note sol.")),
        "xylo-la": Voice(_("Xylophone la"), "music_note", _("Une lame de bois, note la.")),
        "galoubet": Voice(_("Galoubet"), "music_note_eighth", _("Une petite flûte, aiguë et claire.")),
        "mistral": Voice(_("Mistral"), "weather_windy", _("Un souffle long, qui monte et descend.")),
        "cigales": Voice(_("Cigales"), "bug", _("Un grincement rapide, sans pause.")),
        "sonnailles": Voice(_("Sonnailles"), "bell", _("Des cloches de chèvres, un peu fêlées.")),
        "pluie": Voice(_("Pluie"), "weather_pouring", _("Des gouttes, partout.")),
        "riviere": Voice(_("Rivière"), "waves", _("Une eau qui coule sans s’arrêter.")),
        "tonnerre": Voice(_("Tonnerre"), "weather_lightning", _("Un grondement grave, qui roule.")),
        "pas": Voice(_("Pas"), "shoe_print", _("Deux pas sur la terre.")),
        "chouette": Voice(_("Chouette"), "owl", _("Deux « hou » dans la nuit.")),
        "cloche": Voice(_("Cloche"), "bell_ring", _("Une cloche de village, longue.")),
    }
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Lanes of (voice, steps): bit n of `steps` is set when the voice sounds on step n."""

    lanes: tuple[tuple[str, int], ...]
    tempo: int = 90

    def on(self, lane: int, step: int) -> bool:
        """Whether a lane sounds on a step."""
        return bool(self.lanes[lane][1] >> step & 1)

    def count(self) -> int:
        """How many steps sound."""
        return sum(steps.bit_count() for _voice, steps in self.lanes)

    def put(self, lane: int, step: int, on: bool) -> Self:
        """With one step on or off."""
        voice, steps = self.lanes[lane]
        return self._with(lane, (voice, steps | 1 << step if on else steps & ~(1 << step)))

    def voiced(self, lane: int, voice: str) -> Self:
        """With another voice on a lane."""
        return self._with(lane, (voice, self.lanes[lane][1]))

    def _with(self, lane: int, changed: tuple[str, int]) -> Self:
        return replace(self, lanes=(*self.lanes[:lane], changed, *self.lanes[lane + 1 :]))

    def paced(self, tempo: int) -> Self:
        """At another tempo, within the bounds."""
        return replace(self, tempo=min(FASTEST, max(SLOWEST, tempo)))

    def cleared(self) -> Self:
        """Nothing sounds."""
        return replace(self, lanes=tuple((voice, 0) for voice, _steps in self.lanes))

    @property
    def step_seconds(self) -> float:
        """How long a step lasts: half a crotchet."""
        return 30 / self.tempo

    def line(self) -> str:
        """The piece as one line of text."""
        return ";".join([str(self.tempo), *(f"{voice}={steps:02x}" for voice, steps in self.lanes)])


def read_pattern(line: str) -> Pattern | None:
    """The piece of a line; None for anything else."""
    found = _LINE.fullmatch(line[:200])
    if found is None or not SLOWEST <= int(found[1]) <= FASTEST:
        return None
    pairs = [part.partition("=") for part in found[2].split(";")[1:]]
    if any(voice not in VOICES for voice, _equal, _steps in pairs):
        return None
    return Pattern(tuple((voice, int(steps, 16)) for voice, _equal, steps in pairs), int(found[1]))


def read_steps(drawn: str) -> int | None:
    """The steps of "x...x..." (x sounds, . does not; spaces and bars are passed over); None when it is no such drawing."""
    bare = drawn.replace(" ", "").replace("|", "")
    if len(bare) != STEPS or set(bare) - {"x", "."}:
        return None
    return sum(1 << step for step, sign in enumerate(bare) if sign == "x")
