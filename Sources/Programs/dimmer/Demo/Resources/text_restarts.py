"""The search again and again from other places, keeping the best summary found."""

from __future__ import annotations

import numpy as np

from text_clauses import Form, with_shorter_forms
from text_document import Document
from text_search import SPREAD, Worth, add, exchange, texts
from text_selection import Budget, Checkpoint
from text_vectors import development_background, vectors

KEPT = 0.5
"""Chance of each form of the best summary to stay when the search starts again."""
THROWN_IN = 3
"""Forms drawn at random that are tried in its place."""
SEED = 20211
"""Fixes the draws, so that the same text always gets the same summary."""


class Restarts:
    """The aim of `search`; shakes the best summary and searches on, since single exchanges get stuck."""

    def __init__(self, restarts: int) -> None:
        self.restarts = restarts
        self.name = f"restarts-{restarts}"
        self.method = f"as search, iterated with {restarts} restarts (Lourenço, Martin and Stützle 2003)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The forms of the best summary found."""
        forms = with_shorter_forms(document)
        rows = vectors([form.sentence for form in forms], development_background())
        worth = Worth.of(forms, rows, SPREAD)
        random = np.random.default_rng(SEED)
        best = exchange(forms, worth, budget, add(forms, worth, budget, [], checkpoint), checkpoint)
        for _ in range(self.restarts):
            start = add(forms, worth, budget, _shaken(forms, budget, best, random), checkpoint)
            found = exchange(forms, worth, budget, start, checkpoint)
            if worth.of_set(found) > worth.of_set(best):
                best = found
        return texts(forms, best)


def _shaken(forms: list[Form], budget: Budget, best: list[int], random: np.random.Generator) -> list[int]:
    """Part of the best summary with some other forms, within the budget."""
    kept = [index for index in best if random.random() < KEPT]
    for index in map(int, random.permutation(len(forms))[:THROWN_IN]):
        words = sum(forms[other].sentence.words for other in [*kept, index])
        taken = {forms[other].origin for other in kept}
        if words <= budget.words and budget.leaves_room(len(kept)) and forms[index].origin not in taken:
            kept.append(index)
    return kept
