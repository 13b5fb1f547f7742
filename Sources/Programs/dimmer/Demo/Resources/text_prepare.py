"""Writes the bulletins of the text demo.

    python text_prepare.py --out DIR [--bulletins 96] [--seed 20211]

`held-out.jsonl` is for measuring quality, `live.jsonl` for the demo's requests; one bulletin a line: its text, the
summary it should get, and the titles of its articles. The two parts share no article.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from text_articles import HELD_OUT, LIVE, articles_of
from text_bulletins import Bulletin, bulletins_of

PARTS = {"held-out.jsonl": HELD_OUT, "live.jsonl": LIVE}


def main() -> None:
    """Reads the command line and writes both files."""
    parser = argparse.ArgumentParser(description="Write the bulletins of the text demo.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write, created if missing")
    parser.add_argument("--bulletins", type=int, default=96, help="bulletins of each part (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20211, help="fixes the bulletins (default: %(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for file, part in PARTS.items():
        write(options.out / file, lines(bulletins_of(articles_of(part), options.bulletins, options.seed)))


def lines(bulletins: list[Bulletin]) -> str:
    """One JSON document a line."""
    return "".join(json.dumps(asdict(bulletin), ensure_ascii=False) + "\n" for bulletin in bulletins)


def write(path: Path, content: str) -> None:
    """Writes a file that is either wholly there or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    main()
