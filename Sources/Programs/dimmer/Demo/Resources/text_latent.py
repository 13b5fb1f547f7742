"""Sentences that speak for the document's topics: latent semantic analysis (Steinberger and Jezek 2004)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from text_document import Document
from text_selection import Budget, Checkpoint, greedily
from text_vectors import development_background, vectors

TOPICS = 4
"""Topics kept of the decomposition."""
REDUNDANCY = 0.5
"""How much of a sentence's likeness to the summary so far, in topics, is taken off."""


class Latent:
    """A singular value decomposition finds topics; a sentence counts by its length in the space of the strongest."""

    name = "latent"
    method = "latent semantic analysis, length in topic space (Steinberger and Jezek 2004)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The sentences of the summary."""
        if not document.sentences:
            return []
        rows = vectors(document.sentences, development_background())
        checkpoint()
        left, strengths, _ = np.linalg.svd(rows, full_matrices=False)
        embedded = left[:, :TOPICS] * strengths[:TOPICS]
        lengths = np.linalg.norm(embedded, axis=1)
        scale = float(lengths.max()) or 1.0
        directions = embedded / np.where(lengths > 0, lengths, 1)[:, None]

        def gains(chosen: list[int]) -> NDArray[np.float64]:
            near = (directions[chosen] @ directions.T).max(axis=0) if chosen else np.zeros(len(lengths))
            gained: NDArray[np.float64] = lengths / scale - REDUNDANCY * near
            return gained

        return greedily(document, budget, checkpoint, gains)
