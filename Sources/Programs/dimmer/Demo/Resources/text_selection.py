"""What all summarisers share: a budget of words, steps at which work may be given up, and greedy selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from text_document import Document

DEFAULT_SHARE = 0.27
"""Words of a summary over words of its text unless the caller says otherwise: as in the development articles."""

Checkpoint = Callable[[], None]
"""Called between steps of the work; raises when nobody waits for the answer any more."""


def never_cancelled() -> None:
    """The checkpoint of work that is always finished."""


class Summariser(Protocol):
    """One way to shorten a text. Pure: the same document and budget give the same summary."""

    name: str
    """What a request calls it."""
    method: str
    """What it does, and who described it."""

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """Sentences of the document, or parts of them, in the document's order."""
        ...


@dataclass(frozen=True)
class Budget:
    """How long a summary may be. The first sentence chosen is always allowed, however long it is."""

    words: int
    sentences: int | None = None

    @staticmethod
    def of(document: Document, words: int | None = None, sentences: int | None = None) -> Budget:
        """What the caller asked for; without words, the default share of the document's.

        A caller who counts sentences and not words has no limit of words.
        """
        if words is None:
            words = document.words if sentences is not None else round(document.words * DEFAULT_SHARE)
        return Budget(words, sentences)

    def leaves_room(self, chosen: int) -> bool:
        """Whether one more sentence may follow so many."""
        return chosen == 0 or self.sentences is None or chosen < self.sentences


def greedily(
    document: Document,
    budget: Budget,
    checkpoint: Checkpoint,
    gains: Callable[[list[int]], Sequence[float] | NDArray[np.float64]],
) -> list[str]:
    """Adds the sentence that gains most beside those chosen, until none fits. Ties go to the earlier."""
    chosen: list[int] = []
    left = budget.words
    while budget.leaves_room(len(chosen)):
        checkpoint()
        fitting = [
            index
            for index, sentence in enumerate(document.sentences)
            if index not in chosen and (not chosen or sentence.words <= left)
        ]
        if not fitting:
            break
        values = gains(chosen)
        best = max(fitting, key=lambda index: values[index])
        chosen.append(best)
        left -= document.sentences[best].words
    return document.texts_of(chosen)
