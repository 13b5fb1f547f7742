"""Sentences as vectors of TF-IDF weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from text_articles import DEVELOPMENT, articles_of
from text_document import Document, Sentence

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Background:
    """In how many texts of a background collection each stem occurs."""

    texts: int
    containing: dict[str, int]

    def rarity(self, stem: str) -> float:
        """Inverse document frequency, smoothed: 1 for a stem of every text, more for rare ones."""
        return 1 + math.log((1 + self.texts) / (1 + self.containing.get(stem, 0)))


@cache
def development_background() -> Background:
    """The background of the development articles; no scored article is in it."""
    documents = [Document.of(article.text) for article in articles_of(DEVELOPMENT)]
    containing = Counter(
        stem for document in documents for stem in {stem for sentence in document.sentences for stem in sentence.stems}
    )
    return Background(len(documents), dict(containing))


def vectors(sentences: Sequence[Sentence], background: Background) -> Matrix:
    """One row a sentence, one column a stem that occurs in any of them: count times rarity."""
    places: dict[str, int] = {}
    for sentence in sentences:
        for stem in sentence.stems:
            places.setdefault(stem, len(places))
    rows = np.zeros((len(sentences), max(len(places), 1)))
    for row, sentence in zip(rows, sentences, strict=True):
        for stem in sentence.stems:
            row[places[stem]] += 1
    weighted: Matrix = rows * np.array([background.rarity(stem) for stem in places] or [1.0])
    return weighted


def unit_rows(rows: Matrix) -> Matrix:
    """Rows scaled to length 1; rows of zeros stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = rows / np.where(lengths > 0, lengths, 1)
    return scaled
