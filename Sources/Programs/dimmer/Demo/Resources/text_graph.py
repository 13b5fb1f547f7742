"""Sentences that many others resemble: LexRank and TextRank (Erkan and Radev 2004; Mihalcea and Tarau 2004)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from text_document import Document
from text_selection import Budget, Checkpoint, greedily
from text_vectors import Matrix, development_background, vectors, unit_rows

DAMPING = 0.85
TOLERANCE = 1e-8
MOST_ROUNDS = 200
REDUNDANCY = 0.5
"""How much of a sentence's likeness to the summary so far is taken off its rank (Carbonell and Goldstein 1998)."""


class Graph:
    """A random walk over similar sentences says which are central; what resembles the summary so far counts less."""

    name = "graph"
    method = "LexRank over TF-IDF cosines with maximal marginal relevance (Erkan and Radev 2004)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The sentences of the summary."""
        rows = unit_rows(vectors(document.sentences, development_background()))
        likeness = rows @ rows.T
        ranks = walk(likeness, checkpoint)
        scale = float(ranks.max()) if len(ranks) else 1.0

        def gains(chosen: list[int]) -> NDArray[np.float64]:
            near = likeness[chosen].max(axis=0) if chosen else np.zeros(len(rows))
            return ranks / scale - REDUNDANCY * near

        return greedily(document, budget, checkpoint, gains)


def walk(likeness: Matrix, checkpoint: Checkpoint) -> NDArray[np.float64]:
    """Where a walker is found who steps to similar sentences, and now and then to any: PageRank by power iteration."""
    count = len(likeness)
    if count == 0:
        return np.zeros(0)
    weights = likeness.copy()
    np.fill_diagonal(weights, 0)
    sums = weights.sum(axis=1, keepdims=True)
    steps = np.where(sums > 0, weights / np.where(sums > 0, sums, 1), 1 / count)
    ranks = np.full(count, 1 / count)
    for _ in range(MOST_ROUNDS):
        checkpoint()
        moved = (1 - DAMPING) / count + DAMPING * (ranks @ steps)
        if np.abs(moved - ranks).sum() < TOLERANCE:
            return moved
        ranks = moved
    return ranks
