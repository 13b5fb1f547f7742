"""The cheapest summary: the first sentences."""

from __future__ import annotations

from text_document import Document
from text_selection import Budget, Checkpoint


class Lead:
    """Takes sentences from the start until the budget is used up. Looks at no word."""

    name = "lead"
    method = "leading sentences"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The first sentences that fit, without a gap."""
        checkpoint()
        chosen: list[int] = []
        left = budget.words
        for index, sentence in enumerate(document.sentences):
            if not budget.leaves_room(index) or (chosen and sentence.words > left):
                break
            chosen.append(index)
            left -= sentence.words
        return document.texts_of(chosen)
