"""Bulletins: five articles in one text, the requests of the text demo, and the summary that each should get."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from text_articles import Article

ARTICLES_PER_BULLETIN = 5


@dataclass(frozen=True)
class Bulletin:
    """A text to summarise, with its reference summary and the titles of its articles."""

    text: str
    summary: str
    articles: tuple[str, ...]


def bulletins_of(articles: Sequence[Article], count: int, seed: int) -> list[Bulletin]:
    """Shuffles the articles and cuts them into bulletins, again and again, so that each article comes equally often."""
    shuffled = list(articles)
    if len(shuffled) < ARTICLES_PER_BULLETIN:
        raise ValueError(f"{len(shuffled)} articles do not make a bulletin of {ARTICLES_PER_BULLETIN}")
    chance = random.Random(seed)
    made: list[Bulletin] = []
    while len(made) < count:
        chance.shuffle(shuffled)
        for start in range(0, len(shuffled) - ARTICLES_PER_BULLETIN + 1, ARTICLES_PER_BULLETIN):
            made.append(_joined(shuffled[start : start + ARTICLES_PER_BULLETIN]))
    return made[:count]


def _joined(articles: Sequence[Article]) -> Bulletin:
    return Bulletin(
        "\n\n".join(article.text for article in articles),
        " ".join(article.summary for article in articles),
        tuple(article.title for article in articles),
    )
