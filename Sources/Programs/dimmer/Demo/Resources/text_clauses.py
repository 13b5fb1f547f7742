"""Shorter forms of sentences: the same beginning without a clause that only adds reason, example or detail.

Clauses that limit or deny what was said (`but`, `unless`, `if`, `not`) are never cut off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from text_document import Document, Sentence

_ADDED = re.compile(
    r",\s+(?:so that|because|since|which|while|where|who|as|and|such as|for instance|for example)\b", re.IGNORECASE
)
_LIMITING = re.compile(r"\b(?:but|unless|if|not|never|hardly|no|nobody|none|only|except)\b", re.IGNORECASE)
FEWEST_WORDS = 5
"""A form with fewer words than this says too little."""


@dataclass(frozen=True)
class Form:
    """A sentence or a shorter form of it."""

    origin: int
    """Index of the sentence in the document. A summary takes one form of a sentence at most."""
    sentence: Sentence


def whole_sentences(document: Document) -> list[Form]:
    """Every sentence as it is."""
    return [Form(index, sentence) for index, sentence in enumerate(document.sentences)]


def with_shorter_forms(document: Document) -> list[Form]:
    """Every sentence, and after it what is left when what is added at its end is cut off."""
    forms: list[Form] = []
    for whole in whole_sentences(document):
        forms.append(whole)
        for text in shorter_forms(whole.sentence.text):
            forms.append(Form(whole.origin, Sentence(text)))
    return forms


def shorter_forms(text: str) -> list[str]:
    """The sentence cut before each clause that may go, shortest first."""
    forms = []
    for clause in _ADDED.finditer(text):
        kept, cut = text[: clause.start()], text[clause.start() :]
        if len(kept.split()) >= FEWEST_WORDS and not _LIMITING.search(cut):
            forms.append(kept + ".")
    return forms
