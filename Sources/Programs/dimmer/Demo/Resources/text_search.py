"""The best summary as a whole: greedy choice, then exchanges until none helps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from text_clauses import Form, with_shorter_forms
from text_document import Document
from text_selection import Budget, Checkpoint
from text_vectors import Matrix, development_background, unit_rows, vectors

SPREAD = 1.0
"""Weight of how well each sentence of the document is represented, against closeness to the centre."""
MOST_EXCHANGES = 50


class Search:
    """Chooses among sentences and shorter forms of them; exchanges one for another as long as the whole gets better."""

    name = "search"
    method = "centroid and facility location over clauses, greedy, then exchanges (after Lin and Bilmes 2011)"

    def summarise(self, document: Document, budget: Budget, checkpoint: Checkpoint) -> list[str]:
        """The forms of the best summary found."""
        forms = with_shorter_forms(document)
        rows = vectors([form.sentence for form in forms], development_background())
        worth = Worth.of(forms, rows, SPREAD)
        return texts(forms, exchange(forms, worth, budget, add(forms, worth, budget, [], checkpoint), checkpoint))


@dataclass(frozen=True)
class Worth:
    """What a set of forms is worth: its cosine to the whole document's vector, and `spread` times how near it is to the
    document's sentences on average."""

    towards_centre: NDArray[np.float64]
    """Each form's vector times the document's, which has length 1."""
    products: Matrix
    """Each form's vector times each other's."""
    nearness: Matrix
    """Cosine of each form with each whole sentence."""
    spread: float

    @staticmethod
    def of(forms: list[Form], rows: Matrix, spread: float) -> Worth:
        """The worth in a document whose forms have these vectors."""
        if not forms:
            return Worth(np.zeros(0), np.zeros((0, 0)), np.zeros((0, 1)), spread)
        whole = rows[_first_of_each(forms)]
        centre = whole.sum(axis=0)
        length = float(np.linalg.norm(centre)) or 1.0
        nearness = unit_rows(rows) @ unit_rows(whole).T if spread else np.zeros((len(forms), 1))
        return Worth(rows @ centre / length, rows @ rows.T, nearness, spread)

    def of_set(self, chosen: list[int]) -> float:
        """The worth of the chosen forms; nothing is worth 0."""
        return float(self.with_each(chosen[:-1])[chosen[-1]]) if chosen else 0.0

    def with_each(self, chosen: list[int]) -> NDArray[np.float64]:
        """The worth of the chosen forms together with each form in turn."""
        towards = self.towards_centre[chosen].sum() + self.towards_centre
        squares = (
            self.products[np.ix_(chosen, chosen)].sum()
            + 2 * self.products[chosen].sum(axis=0)
            + self.products.diagonal()
        )
        worth = towards / np.sqrt(np.where(squares > 0, squares, 1))
        if self.spread:
            nearest = self.nearness[chosen].max(axis=0) if chosen else np.zeros(self.nearness.shape[1])
            worth = worth + self.spread * np.maximum(nearest, self.nearness).mean(axis=1)
        result: NDArray[np.float64] = worth
        return result


def add(forms: list[Form], worth: Worth, budget: Budget, chosen: list[int], checkpoint: Checkpoint) -> list[int]:
    """Adds the form that is worth most beside the chosen ones, until none fits."""
    chosen = list(chosen)
    while True:
        checkpoint()
        fitting = _fitting(forms, budget, chosen)
        if not fitting.any():
            return chosen
        chosen.append(int(np.where(fitting, worth.with_each(chosen), -np.inf).argmax()))


def exchange(forms: list[Form], worth: Worth, budget: Budget, chosen: list[int], checkpoint: Checkpoint) -> list[int]:
    """Takes the best exchange of one form for another while it helps, filling what room it leaves."""
    for _ in range(MOST_EXCHANGES):
        if not chosen:
            break
        best, better = worth.of_set(chosen) + 1e-9, None
        for place in range(len(chosen)):
            checkpoint()
            rest = chosen[:place] + chosen[place + 1 :]
            values = np.where(_fitting(forms, budget, rest), worth.with_each(rest), -np.inf)
            form = int(values.argmax())
            if values[form] > best:
                best, better = float(values[form]), [*rest, form]
        if better is None:
            break
        chosen = add(forms, worth, budget, better, checkpoint)
    return chosen


def texts(forms: list[Form], chosen: Iterable[int]) -> list[str]:
    """The chosen forms in the document's order."""
    return [forms[index].sentence.text for index in sorted(chosen)]


def _fitting(forms: list[Form], budget: Budget, chosen: list[int]) -> NDArray[np.bool_]:
    """Which forms may be added: those of other sentences that do not break the budget."""
    if not budget.leaves_room(len(chosen)):
        return np.zeros(len(forms), dtype=np.bool_)
    taken = {forms[index].origin for index in chosen}
    left = budget.words - sum(forms[index].sentence.words for index in chosen)
    return np.array(
        [form.origin not in taken and (not chosen or form.sentence.words <= left) for form in forms], dtype=np.bool_
    )


def _first_of_each(forms: list[Form]) -> list[int]:
    """Where each sentence's whole form stands."""
    return [index for index, form in enumerate(forms) if index == 0 or forms[index - 1].origin != form.origin]
