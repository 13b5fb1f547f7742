"""The articles that summaries are scored on, each with a summary written by hand.

The file holds one article after the other: a line `# title`, a line with the text, a line `> summary`. Each article
belongs to one part, by its place in the file alone, so that nobody can choose which articles flatter a summariser.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEVELOPMENT = "development"
"""For settings and word statistics of the summarisers; never scored."""
HELD_OUT = "held-out"
"""For measuring quality."""
LIVE = "live"
"""For the demo's requests."""
PARTS = (DEVELOPMENT, HELD_OUT, LIVE)

FILE = Path(__file__).resolve().parent / "text_articles.txt"


class ArticlesError(ValueError):
    """The file is not what it should be; says which line."""


@dataclass(frozen=True)
class Article:
    """A text, and what a good summary of it says."""

    title: str
    text: str
    summary: str
    part: str


def read_articles(path: Path = FILE) -> list[Article]:
    """All articles of the file, in order."""
    return parse_articles(path.read_text(encoding="utf-8"))


def articles_of(part: str, path: Path = FILE) -> list[Article]:
    """The articles of one part, in order."""
    if part not in PARTS:
        raise ArticlesError(f"'{part}' is no part; the parts are {', '.join(PARTS)}")
    return [article for article in read_articles(path) if article.part == part]


def parse_articles(content: str) -> list[Article]:
    """Reads the file's format; raises `ArticlesError` naming the line that does not fit."""
    articles: list[Article] = []
    waiting: list[str] = []
    for number, line in enumerate(content.splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        kind = {"#": "title", ">": "summary"}.get(line[0], "text")
        expected = ("title", "text", "summary")[len(waiting)]
        if kind != expected:
            raise ArticlesError(f"line {number}: a {expected} was expected, not a {kind}")
        waiting.append(line if kind == "text" else line[1:].strip())
        if len(waiting) == 3:
            articles.append(Article(waiting[0], waiting[1], waiting[2], PARTS[len(articles) % len(PARTS)]))
            waiting = []
    if waiting:
        raise ArticlesError("the last article is not complete")
    return articles
