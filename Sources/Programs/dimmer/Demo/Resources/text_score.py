"""Scores summaries of the demo's bulletins, and compares the models that made them.

    python text_score.py --bulletins held-out.jsonl --answers answers.jsonl

Each line of the answers is `{"model": "lead", "bulletin": 0, "summary": "…"}`, the bulletin's place in its file from 0.
Prints one JSON document: the quality of each answer in the order of the lines (mean of the F1 values of ROUGE-1, 2 and
L, 0 to 1), the mean over all, and for each model its means, each with its 95 % interval, and how much quality it lacks
to the best model on the bulletins that both answered.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from text_bulletins import Bulletin
from text_interval import Mean, mean_over_bulletins
from text_rouge import Rouge, rouge


@dataclass(frozen=True)
class Answer:
    """A model's summary of a bulletin."""

    model: str
    place: int
    score: Rouge


def main() -> None:
    """Reads the command line and the answers, prints the scores."""
    parser = argparse.ArgumentParser(description="Score summaries of the demo's bulletins.")
    parser.add_argument("--bulletins", type=Path, required=True, metavar="FILE", help="the bulletins, one JSON a line")
    parser.add_argument("--answers", type=Path, required=True, metavar="FILE", help="the answers, one JSON a line")
    options = parser.parse_args()
    bulletins = read_bulletins(options.bulletins)
    answers = read_answers(options.answers.read_text(encoding="utf-8").splitlines(), bulletins)
    print(json.dumps(document(answers, bulletins), indent=2))


def read_bulletins(path: Path) -> list[Bulletin]:
    """The bulletins that `text_prepare.py` wrote."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Bulletin(row["text"], row["summary"], tuple(row["articles"])) for row in rows]


def read_answers(lines: Iterable[str], bulletins: Sequence[Bulletin]) -> list[Answer]:
    """The answers with their scores; ends the program with the line that is no answer."""
    answers = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            model, place, summary = row["model"], row["bulletin"], row["summary"]
            if not isinstance(summary, str) or not isinstance(model, str) or not 0 <= place < len(bulletins):
                raise ValueError(f"bulletin {place} with a summary was expected to be one of {len(bulletins)}")
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f"line {number} is no answer: {error}")
        answers.append(Answer(model, place, rouge(summary, bulletins[place].summary)))
    if not answers:
        sys.exit("there are no answers to score")
    return answers


def document(answers: Sequence[Answer], bulletins: Sequence[Bulletin]) -> dict[str, Any]:
    """Each answer's quality, the mean over all, and the models in the order in which they first answer."""
    models = {answer.model: [other for other in answers if other.model == answer.model] for answer in answers}
    rows = {model: means(own, bulletins) for model, own in models.items()}
    best = max(rows, key=lambda model: float(rows[model]["quality"]["value"]))
    for model, row in rows.items():
        row["shortfall"] = shortfall(models[model], models[best], bulletins)
    return {
        "answers": len(answers),
        "quality": means(answers, bulletins)["quality"],
        "best": best,
        "models": [{"name": model} | row for model, row in rows.items()],
        "each": [answer.score.quality for answer in answers],
    }


def means(answers: Sequence[Answer], bulletins: Sequence[Bulletin]) -> dict[str, Any]:
    """The mean quality and the three measures apart, over answers."""
    articles = [bulletins[answer.place].articles for answer in answers]
    values = {
        "quality": [answer.score.quality for answer in answers],
        "rouge_1": [answer.score.one.f1 for answer in answers],
        "rouge_2": [answer.score.two.f1 for answer in answers],
        "rouge_l": [answer.score.longest.f1 for answer in answers],
    }
    return {name: asdict(mean_over_bulletins(those, articles)) for name, those in values.items()}


def shortfall(
    own: Sequence[Answer], best: Sequence[Answer], bulletins: Sequence[Bulletin]
) -> dict[str, float | None] | None:
    """How much quality a model lacks to the best one, on the bulletins that both answered; None where there are none."""
    top = {answer.place: answer.score.quality for answer in best}
    both = [answer for answer in own if answer.place in top]
    if not both:
        return None
    lost: Mean = mean_over_bulletins(
        [top[answer.place] - answer.score.quality for answer in both],
        [bulletins[answer.place].articles for answer in both],
    )
    return asdict(lost)


if __name__ == "__main__":
    main()
