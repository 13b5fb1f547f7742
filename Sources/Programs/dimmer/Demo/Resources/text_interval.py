"""Means of scores with intervals that hold although bulletins share articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval and standard error. Where too few articles vary to tell, all but the mean are None."""

    value: float
    low: float | None
    high: float | None
    error: float | None


def mean_over_bulletins(scores: Sequence[float], articles: Sequence[tuple[str, ...]]) -> Mean:
    """The mean score, its interval from a jackknife over articles.

    Bulletins that share an article are not independent; what varies is which articles were written. So each article is
    left out in turn with all bulletins that hold it, and the spread of these means gives the standard error (Arvesen
    1969 for means over groups). Student's t with one degree of freedom less than articles.
    """
    values = np.asarray(scores, dtype=float)
    if len(values) == 0 or len(values) != len(articles):
        raise ValueError("a mean needs scores, one for each bulletin")
    titles = sorted({title for bulletin in articles for title in bulletin})
    without = [values[[title not in bulletin for bulletin in articles]] for title in titles]
    mean = float(values.mean())
    if len(titles) < 2 or any(len(rest) == 0 for rest in without):
        return Mean(mean, None, None, None)
    means = np.array([rest.mean() for rest in without])
    count = len(titles)
    error = float(np.sqrt((count - 1) / count * ((means - means.mean()) ** 2).sum()))
    half = float(stats.t.ppf(0.975, count - 1)) * error
    return Mean(mean, mean - half, mean + half, error)
