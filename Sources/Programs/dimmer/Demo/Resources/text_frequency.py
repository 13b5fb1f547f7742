"""Sentences of frequent words: SumBasic (Nenkova and Vanderwende 2005)."""

from __future__ import annotations

from collections import Counter

from text_document import Document
from text_selection import Budget, Checkpoint, greedily


class Frequency:
    """Prefers sentences whose words are frequent in the document; a word that was said counts less the next time."""

    name = "frequency"
    method = "SumBasic: mean word probability, squared once said (Nenkova and Vanderwende 2005)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The sentences of the summary."""
        counts = Counter(stem for sentence in document.sentences for stem in sentence.stems)
        total = max(counts.total(), 1)
        worth = {stem: count / total for stem, count in counts.items()}
        seen = 0

        def gains(chosen: list[int]) -> list[float]:
            nonlocal seen
            while seen < len(chosen):
                for stem in set(document.sentences[chosen[seen]].stems):
                    worth[stem] **= 2
                seen += 1
            return [
                sum(worth[stem] for stem in sentence.stems) / max(len(sentence.stems), 1)
                for sentence in document.sentences
            ]

        return greedily(document, budget, checkpoint, gains)
