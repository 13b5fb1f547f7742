"""Scores summaries of the demo's bulletins.

    python text_score.py --bulletins live.jsonl < answers.jsonl

Each line of the answers is `{"bulletin": 0, "summary": "…"}`, the bulletin's place in the file from 0. Prints one
JSON document: quality (mean of the F1 values of ROUGE-1, 2 and L, 0 to 1) and the three apart, each with its 95 %
interval, and the quality of each answer in the order of the lines.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from text_bulletins import Bulletin
from text_interval import Mean, mean_over_bulletins
from text_rouge import Rouge, rouge


def read_bulletins(path: Path) -> list[Bulletin]:
    """The bulletins that `text_measure.py` wrote."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Bulletin(row["text"], row["summary"], tuple(row["articles"])) for row in rows]


def score(summaries: Sequence[tuple[Bulletin, str]]) -> tuple[list[Rouge], dict[str, Any]]:
    """Each summary's ROUGE, and the means over all."""
    scores = [rouge(summary, bulletin.summary) for bulletin, summary in summaries]
    articles = [bulletin.articles for bulletin, _ in summaries]
    means = {
        "quality": [one.quality for one in scores],
        "rouge_1": [one.one.f1 for one in scores],
        "rouge_2": [one.two.f1 for one in scores],
        "rouge_l": [one.longest.f1 for one in scores],
    }
    return scores, {name: as_json(mean_over_bulletins(values, articles)) for name, values in means.items()}


def as_json(mean: Mean) -> dict[str, float | None]:
    """A mean as the documents hold it."""
    return {"value": mean.value, "low": mean.low, "high": mean.high}


def main() -> None:
    """Reads the command line and the answers, prints the scores."""
    parser = argparse.ArgumentParser(description="Score summaries of the demo's bulletins.")
    parser.add_argument("--bulletins", type=Path, required=True, metavar="FILE", help="the bulletins, one JSON a line")
    options = parser.parse_args()
    bulletins = read_bulletins(options.bulletins)
    answers: list[tuple[Bulletin, str]] = []
    for number, line in enumerate(sys.stdin, start=1):
        try:
            row = json.loads(line)
            place, summary = row["bulletin"], row["summary"]
            if not isinstance(summary, str) or not 0 <= place < len(bulletins):
                raise ValueError(f"bulletin {place} with a summary was expected to be one of {len(bulletins)}")
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f"line {number} is no answer: {error}")
        answers.append((bulletins[place], summary))
    if not answers:
        sys.exit("there are no answers to score")
    scores, means = score(answers)
    print(json.dumps({"answers": len(answers)} | means | {"each": [one.quality for one in scores]}, indent=2))


if __name__ == "__main__":
    main()
