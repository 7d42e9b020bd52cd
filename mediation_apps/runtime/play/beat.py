"""Guarantees: a rhythm is built with presses alone; what plays is part of the state, so that a projected page shows it too. No sound here.

Targets: `cell:lane*8+step` (on, off), `lane:n` (next voice of the palette), `pad:n` (one hit), tools `play model slower faster clear hands
keep`; `Write("pattern", line)` takes a kept rhythm up again, `Press("on:…")` is a live hit written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.making import Beat
from mediation_apps.runtime.play.base import (
    CHECK,
    CHECKED,
    INFO,
    MISSED,
    ONGOING,
    RETRY,
    RIGHT,
    SOLUTION,
    SOLVED,
    WRONG,
    Feedback,
    Intent,
    Press,
    Score,
    Target,
    Write,
    buttons,
    index_of,
    spoken_score,
)
from mediation_apps.runtime.sound.pattern import FASTEST, SLOWEST, STEPS, TEMPO_BY, VOICES, Pattern, read_pattern

MINE, MODEL = "mine", "model"
HANDS = (1, 2, 4)  # one person, a pair, four around the table
SIGNS = (_("rond"), _("triangle"), _("carré"), _("losange"))  # whose lane it is, without a colour


@dataclass(frozen=True, slots=True)
class BeatState:
    """The rhythm as it stands. `sounding`: what plays over and over; `keeping`: live hits are written down."""

    activity: Beat
    pattern: Pattern
    sounding: str = ""
    hands: int = 1
    keeping: bool = False
    touched: bool = False
    phase: str = ONGOING

    @classmethod
    def start(cls, activity: Beat, seed: int) -> Self:
        """As the author left it."""
        return cls(activity, activity.start)

    @property
    def done(self) -> bool:
        """Something was tried; with a goal, it was checked."""
        return self.touched if self.activity.goal is None else self.phase != ONGOING

    @property
    def heard(self) -> Pattern | None:
        """What plays now."""
        return self.activity.goal if self.sounding == MODEL else self.pattern if self.sounding == MINE else None

    def owner(self, lane: int) -> int:
        """Which person a lane belongs to, from 0."""
        return lane * self.hands // len(self.pattern.lanes)

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """Tools, then lane by lane, then the pads, then the buttons of the check."""
        lanes = range(len(self.pattern.lanes)) if self.activity.grid else ()
        found = [*self._tools()]
        for lane in lanes:
            found.append(self._lane(lane))
            found += [self._cell(lane, step) for step in range(STEPS)]
        found += [
            Target(f"pad:{n}", "pad", _("Jouer : {voice}").format(voice=VOICES[voice].label)) for n, voice in enumerate(self.activity.pads)
        ]
        if self.activity.goal is not None:
            full = self.score().passed
            found += buttons(self.activity, self.phase, full, self.pattern.count() > 0)
        return tuple(found)

    def _tools(self) -> tuple[Target, ...]:
        if not self.activity.grid:
            return ()
        tempo = self.pattern.tempo
        mine = self.sounding == MINE
        tools = [Target("play", "tool", _("Arrêter") if mine else _("Écouter"), mine, self.pattern.count() > 0 or mine)]
        if self.activity.goal is not None:
            model = self.sounding == MODEL
            tools.append(Target("model", "tool", _("Arrêter le modèle") if model else _("Écouter le modèle"), model))
            return tuple(tools)
        tools += [
            Target("slower", "tool", _("Moins vite. Tempo {n}").format(n=tempo), enabled=tempo > SLOWEST),
            Target("faster", "tool", _("Plus vite. Tempo {n}").format(n=tempo), enabled=tempo < FASTEST),
            Target("clear", "tool", _("Tout effacer"), enabled=self.pattern.count() > 0),
        ]
        if len(self.pattern.lanes) > 1:
            words = {1: _("Une personne"), 2: _("À deux"), 4: _("À quatre")}[self.hands]
            tools.append(Target("hands", "tool", _("{n}. Toucher pour changer").format(n=words)))
        if self.activity.pads:
            said = _("Ne plus noter mes coups") if self.keeping else _("Noter mes coups dans la grille")
            tools.append(Target("keep", "tool", said, self.keeping))
        return tuple(tools)

    def _lane(self, lane: int) -> Target:
        label = _("Piste {n}, {voice}").format(n=lane + 1, voice=VOICES[self.pattern.lanes[lane][0]].label)
        if self.hands > 1:
            label += _(", {sign}").format(sign=SIGNS[self.owner(lane)])
        change = len(self.activity.palette) > 1
        return Target(f"lane:{lane}", "lane", label + (_(". Changer de son") if change else ""), enabled=change)

    def _cell(self, lane: int, step: int) -> Target:
        on = self.pattern.on(lane, step)
        label = _("{voice}, temps {n} : {state}").format(
            voice=VOICES[self.pattern.lanes[lane][0]].label, n=step + 1, state=_("joue") if on else _("se tait")
        )
        free = self.activity.goal is None or self.phase == ONGOING
        return Target(f"cell:{lane * STEPS + step}", "cell", label, on, free, self._mark(lane, step))

    def _mark(self, lane: int, step: int) -> str:
        goal = self.activity.goal
        if goal is None or self.phase == ONGOING:
            return ""
        on, wanted = self.pattern.on(lane, step), goal.on(lane, step)
        if self.phase == SOLVED:
            return MISSED if wanted else ""
        return RIGHT if on and wanted else WRONG if on else MISSED if wanted and not self.activity.retry else ""

    # ── doing ──────────────────────────────────────────────────────────────────────────────────────────

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """One press, or a kept rhythm taken up again."""
        if isinstance(intent, Write):
            kept = read_pattern(intent.text) if intent.target == "pattern" and self.activity.goal is None else None
            fits = kept is not None and len(kept.lanes) == len(self.pattern.lanes)
            return (replace(self, pattern=kept, touched=True), None) if kept is not None and fits else (self, None)
        if not isinstance(intent, Press):
            return self, None
        name, _colon, number = intent.target.partition(":")
        if name in ("cell", "on"):
            return self._press_cell(name, f"cell:{number}"), None
        if name == "lane":
            return self._next_voice(intent.target), None
        if name == "pad":
            known = index_of(intent.target, "pad", len(self.activity.pads)) is not None
            return (replace(self, touched=True), None) if known and not self.touched else (self, None)
        if intent.target in (CHECK, RETRY, SOLUTION):
            return self._judge(intent.target)
        return self._tool(intent.target), None

    def _press_cell(self, how: str, target: str) -> Self:
        index = index_of(target, "cell", len(self.pattern.lanes) * STEPS) if self.activity.grid else None
        if index is None or (self.activity.goal is not None and self.phase != ONGOING):
            return self
        lane, step = divmod(index, STEPS)
        return replace(self, pattern=self.pattern.put(lane, step, how == "on" or not self.pattern.on(lane, step)), touched=True)

    def _next_voice(self, target: str) -> Self:
        index, palette = index_of(target, "lane", len(self.pattern.lanes)), self.activity.palette
        if index is None or len(palette) < 2:
            return self
        now = self.pattern.lanes[index][0]
        after = palette[(palette.index(now) + 1) % len(palette)] if now in palette else palette[0]
        return replace(self, pattern=self.pattern.voiced(index, after))

    def _tool(self, name: str) -> Self:
        if not any(target.id == name and target.enabled for target in self._tools()):
            return self
        match name:
            case "play":
                return replace(self, sounding="" if self.sounding == MINE else MINE)
            case "model":
                return replace(self, sounding="" if self.sounding == MODEL else MODEL)
            case "slower" | "faster":
                return replace(self, pattern=self.pattern.paced(self.pattern.tempo + (TEMPO_BY if name == "faster" else -TEMPO_BY)))
            case "clear":
                return replace(self, pattern=self.pattern.cleared(), sounding="")
            case "hands":
                return replace(self, hands=HANDS[(HANDS.index(self.hands) + 1) % len(HANDS)])
        return replace(self, keeping=not self.keeping)

    def _judge(self, what: str) -> tuple[Self, Feedback | None]:
        goal = self.activity.goal
        if goal is None or not any(target.id == what and target.enabled for target in self.targets()):
            return self, None
        if what == CHECK:
            after = replace(self, phase=CHECKED, sounding="")
            return after, spoken_score(self.activity, after.score())
        if what == RETRY:
            return replace(self, phase=ONGOING), None
        return replace(self, phase=SOLVED, pattern=goal), Feedback(INFO, _("Voici le rythme. Touchez Écouter."))

    def score(self) -> Score:
        """With a goal, a point a step of it, one back for each step too many; without, there is nothing to win."""
        goal = self.activity.goal
        if goal is None:
            return Score(0, 0, True, self.touched)
        hits = sum((mine & wanted).bit_count() for (_v, mine), (_w, wanted) in zip(self.pattern.lanes, goal.lanes, strict=True))
        extra = sum((mine & ~wanted).bit_count() for (_v, mine), (_w, wanted) in zip(self.pattern.lanes, goal.lanes, strict=True))
        points = 0 if self.phase == SOLVED else max(0, hits - extra)
        return Score(points, goal.count(), points == goal.count(), self.pattern.count() > 0)
