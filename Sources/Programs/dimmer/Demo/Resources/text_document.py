"""A text as the summarisers see it: sentences, and in them the stems of words that carry meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_PARAGRAPH = re.compile(r"\n\s*\n|\r\n\s*\r\n")
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-Þ])")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st no vs etc fig e.g i.e approx jan feb mar apr jun jul aug sep sept oct nov dec".split()
)

STOP_WORDS = frozenset(
    """a about above after again against all almost alone along also although always am among an and another any anyone
    are around as at away back be because been before behind being below better between both but by can cannot could did
    do does done down during each either else enough even ever every far few for from further get gets give gives had
    hardly has have having he her here hers him his how however i if in instead into is it its itself just last later
    least less less like little made make makes making many may me might more most mostly much must my near nearly
    neither never nevertheless next no nobody nor not nothing now of off often on once one only or other others our
    out over own part per quite rather same several shall she should since so some somewhat soon still such take takes than that the
    their them then there therefore these they thing things this those though through to together too towards under
    unless until up upon us usually very was way we well went were what when where whether which while who whole whom
    whose why will with within without would yet you your""".split()
)
"""Words of the language rather than of the subject."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a document."""

    text: str

    @cached_property
    def words(self) -> int:
        """How many words it has, stop words and numbers among them."""
        return len(_WORD.findall(self.text))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Its words that carry meaning, in order, cut back to a common stem. Made when first asked for."""
        return tuple(stem(word) for word in map(str.lower, _WORD.findall(self.text)) if word not in STOP_WORDS)


@dataclass(frozen=True)
class Document:
    """The sentences of a text, in order."""

    sentences: tuple[Sentence, ...]

    @staticmethod
    def of(text: str) -> Document:
        """Splits a text; a document of white space has no sentences."""
        return Document(tuple(Sentence(piece) for piece in split_sentences(text)))

    @property
    def words(self) -> int:
        """How many words all sentences have."""
        return sum(sentence.words for sentence in self.sentences)

    def texts_of(self, chosen: list[int]) -> list[str]:
        """The chosen sentences in the document's order."""
        return [self.sentences[index].text for index in sorted(chosen)]


def split_sentences(text: str) -> list[str]:
    """Cuts at the end of paragraphs, and after a full stop, question or exclamation mark before a capital or digit."""
    sentences: list[str] = []
    for paragraph in _PARAGRAPH.split(text):
        start = 0
        flat = " ".join(paragraph.split())
        for end in _END.finditer(flat):
            if _is_abbreviation(flat[start : end.start()]):
                continue
            sentences.append(flat[start : end.end()].strip())
            start = end.end()
        if rest := flat[start:].strip():
            sentences.append(rest)
    return sentences


def stem(word: str) -> str:
    """Cuts common English endings, so that `heats`, `heated` and `heating` are one. Light, and sometimes wrong."""
    for ending, rest in (
        ("ies", "y"),
        ("sses", "ss"),
        ("ing", ""),
        ("edly", ""),
        ("ed", ""),
        ("es", ""),
        ("ly", ""),
        ("s", ""),
    ):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + rest
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _is_abbreviation(before: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation or an initial."""
    last = before.rsplit(" ", 1)[-1].rstrip(".")
    initial = len(last) == 1 and last.isupper() and last != "I"
    return before.endswith(".") and (initial or last.lower() in _ABBREVIATIONS)
