"""ROUGE: how much of a reference summary's words and word order a summary shares (Lin 2004).

Words are runs of ASCII letters and digits, compared in lower case, without stemming and with stop words. ROUGE-L looks
at the whole summary as one sequence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Overlap:
    """Shares from 0 to 1. Where a text has nothing to compare, they are 0."""

    precision: float
    """Of what the summary says, how much is in the reference."""
    recall: float
    """Of what the reference says, how much is in the summary."""

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Rouge:
    """The three usual measures of one summary."""

    one: Overlap
    two: Overlap
    longest: Overlap

    @property
    def quality(self) -> float:
        """One number for a contract: the mean of the three F1 values, 0 to 1."""
        return (self.one.f1 + self.two.f1 + self.longest.f1) / 3


def rouge(summary: str, reference: str) -> Rouge:
    """ROUGE-1, ROUGE-2 and ROUGE-L of a summary against one reference."""
    ours, theirs = words(summary), words(reference)
    return Rouge(shared_grams(ours, theirs, 1), shared_grams(ours, theirs, 2), shared_sequence(ours, theirs))


def words(text: str) -> list[str]:
    """The words that ROUGE compares."""
    return _WORD.findall(text.lower())


def shared_grams(ours: list[str], theirs: list[str], length: int) -> Overlap:
    """ROUGE-N: runs of `length` words in common; a run counts as often as it is in both."""
    mine, wanted = _grams(ours, length), _grams(theirs, length)
    return _overlap((mine & wanted).total(), mine.total(), wanted.total())


def shared_sequence(ours: list[str], theirs: list[str]) -> Overlap:
    """ROUGE-L: the longest sequence of words that both have in the same order, with gaps allowed."""
    return _overlap(longest_common(ours, theirs), len(ours), len(theirs))


def longest_common(ours: list[str], theirs: list[str]) -> int:
    """Length of the longest common subsequence, by dynamic programming over one row."""
    row = [0] * (len(theirs) + 1)
    for word in ours:
        diagonal = 0
        for place, other in enumerate(theirs, start=1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]


def _grams(sequence: list[str], length: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sequence[at : at + length]) for at in range(len(sequence) - length + 1))


def _overlap(shared: int, ours: int, theirs: int) -> Overlap:
    return Overlap(shared / ours if ours else 0.0, shared / theirs if theirs else 0.0)
