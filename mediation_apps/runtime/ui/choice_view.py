"""Answers to choose from: one or several, questions in a row, statements until the right one."""

from __future__ import annotations

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.theme import BODY, HEAD, SMALL, look
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.texts import Progress, Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import MultiChoice, Summary, TrueFalse
from mediation_apps.runtime.play.base import Press, Target
from mediation_apps.runtime.play.choice import ChoiceState, choices_of
from mediation_apps.runtime.play.series import SeriesState, groups_of
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import Tile


def choice_tile(host: Host, target: Target, words: str) -> Tile:
    """One answer."""
    tile = Tile(target=target.id, words=words, least=76, units=BODY + 1)
    tile.bind(on_release=lambda *_: host.give(Press(target.id)))
    return tile


class ChoiceView(Column):
    """The answers of a `ChoiceState`; a box stands for several, a ring for one."""

    def __init__(self, host: Host, state: ChoiceState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        choices = choices_of(state.activity)
        if isinstance(state.activity, MultiChoice) and not state.single:
            self.add_widget(Text(words=_("Plusieurs réponses sont possibles."), units=SMALL, paint="mute"))
        self.tiles: dict[str, Tile] = {}
        for target in state.targets():
            if target.role == "choice":
                index = int(target.id.partition(":")[2])
                self.tiles[target.id] = choice_tile(host, target, choices[index].text.plain)
        pair = isinstance(state.activity, TrueFalse) and look().text < 1.5
        holder = BoxLayout(spacing=look().px(16), size_hint_y=None, height=look().tall(128)) if pair else self
        for tile in self.tiles.values():
            if pair:
                tile.units, tile.least, tile.weight = HEAD + 2, 128, "bold"
            holder.add_widget(tile)
        if pair:
            self.add_widget(holder)
        self.show(state)

    def show(self, state: ChoiceState) -> None:
        """Show what is chosen, and what was right."""
        on, off = ("radiobox_marked", "radiobox_blank") if state.single else ("checkbox_marked", "checkbox_blank_outline")
        for target in state.targets():
            tile = self.tiles.get(target.id)
            if tile is not None:
                tile.selected, tile.enabled, tile.mark, tile.spoken = target.selected, target.enabled, target.mark, target.label
                tile.lead = on if target.selected else off


class SeriesView(Column):
    """The question under way of a `SeriesState`, and the statements found so far."""

    def __init__(self, host: Host, state: SeriesState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host = host
        self._at = (-1, False)
        self.bar = Progress(size_hint_y=None, height=14)
        self.where = Text(units=SMALL, paint="mute")
        self.question = Text(units=HEAD, weight="bold")
        self.found = Column(gap=8, height=0)
        self.answers = Column(gap=14, height=0)
        for part in (self.where, self.bar, self.found, self.question, self.answers):
            self.add_widget(part)
        self.tiles: dict[str, Tile] = {}
        self.show(state)

    def show(self, state: SeriesState) -> None:
        """The question, or at the end what was found."""
        groups = groups_of(state.activity)
        self.bar.value = (state.at + (state.settled or state.closed)) / len(groups)
        self.where.words = _("Question {n} sur {total}").format(n=state.at + 1, total=len(groups)) if not state.closed else ""
        marker = (state.at, state.closed)
        if marker != self._at:
            self._at = marker
            self._lay_out(state)
        for target in state.targets():
            tile = self.tiles.get(target.id)
            if tile is not None:
                tile.selected, tile.enabled, tile.mark, tile.spoken = target.selected, target.enabled, target.mark, target.label

    def _lay_out(self, state: SeriesState) -> None:
        groups = groups_of(state.activity)
        self.answers.clear_widgets()
        self.tiles = {}
        self.question.words = "" if state.closed else state.group.question.plain
        if not state.closed:
            for target in state.targets():
                if target.role == "choice":
                    words = state.group.options[int(target.id.partition(":")[2])].plain
                    self.tiles[target.id] = choice_tile(self._host, target, words)
                    self.answers.add_widget(self.tiles[target.id])
        self.found.clear_widgets()
        if state.closed or isinstance(state.activity, Summary):
            for rank, group in enumerate(groups):
                if state.closed or rank < state.at:
                    self.found.add_widget(_found(group.question.plain, group.options[0].plain, state.tried[rank][:1] == (0,)))


def _found(question: str, answer: str, first_try: bool) -> Tile:
    words = f"{question} → {answer}" if question else answer
    return Tile(words=" ".join(words.split()), mark="right" if first_try else "missed", enabled=False)
