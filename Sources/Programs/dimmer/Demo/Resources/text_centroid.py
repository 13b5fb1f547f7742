"""The summary as a whole close to the document's centre (Radev et al. 2004; Ghalandari 2017)."""

from __future__ import annotations

from text_clauses import whole_sentences
from text_document import Document
from text_search import Worth, add, texts
from text_selection import Budget, Checkpoint
from text_vectors import development_background, vectors


class Centroid:
    """Adds the sentence that brings the summary's TF-IDF vector closest to the document's."""

    name = "centroid"
    method = "TF-IDF centroid, greedy over whole summaries (Radev et al. 2004; Ghalandari 2017)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The sentences of the summary."""
        forms = whole_sentences(document)
        rows = vectors(document.sentences, development_background())
        return texts(forms, add(forms, Worth.of(forms, rows, spread=0), budget, [], checkpoint))
