"""Measures the family of summarisers and writes what the text demo needs.

    python text_measure.py --out DIR [--bulletins 100] [--seed 20211]

Writes `held-out.jsonl` and `live.jsonl`, the bulletins with their reference summaries, and last `text-family.json`: for
each summariser its quality on the held-out bulletins with a 95 % interval, how much it lacks to the best one on the
same bulletins, the processor time of the server for one request, and which other is better for less. A folder that
already holds this very family is left as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import importlib.metadata
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

# As in the server.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

from text_articles import HELD_OUT, LIVE, articles_of
from text_bulletins import Bulletin, bulletins_of
from text_document import Document
from text_family import FAMILY
from text_interval import mean_over_bulletins
from text_score import as_json, score
from text_selection import Budget, Summariser, never_cancelled

HERE = Path(__file__).resolve().parent
DOCUMENT = "text-family.json"
TIMED_REQUESTS = 40
WARMING_REQUESTS = 3


def main() -> None:
    """Reads the command line, and measures unless the folder already holds this family."""
    parser = argparse.ArgumentParser(description="Measure the family of summarisers.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write, created if missing")
    parser.add_argument("--bulletins", type=int, default=100, help="bulletins of each part (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20211, help="fixes the bulletins (default: %(default)s)")
    options = parser.parse_args()
    mark = fingerprint(options.bulletins, options.seed)
    if is_complete(options.out, mark):
        say(f"{options.out} already holds this family; measuring skipped")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / DOCUMENT).unlink(missing_ok=True)
    held_out = bulletins_of(articles_of(HELD_OUT), options.bulletins, options.seed)
    write(options.out / "held-out.jsonl", lines(held_out))
    write(options.out / "live.jsonl", lines(bulletins_of(articles_of(LIVE), options.bulletins, options.seed)))
    document = {
        "fingerprint": mark,
        "seed": options.seed,
        "held_out": {"file": "held-out.jsonl", "bulletins": options.bulletins},
        "live": {"file": "live.jsonl", "bulletins": options.bulletins},
        "variants": measure(held_out),
    }
    write(options.out / DOCUMENT, json.dumps(document, indent=2) + "\n")


def measure(bulletins: list[Bulletin]) -> list[dict[str, Any]]:
    """What the document says about each summariser, in the family's order."""
    seconds = server_seconds(bulletins)
    qualities: dict[str, list[float]] = {}
    rows: list[dict[str, Any]] = []
    for summariser in FAMILY:
        scores, means = score([(bulletin, summary_of(summariser, bulletin)) for bulletin in bulletins])
        qualities[summariser.name] = [one.quality for one in scores]
        cost = seconds[summariser.name]
        say(
            f"{summariser.name}: quality {100 * means['quality']['value']:.2f}, {1e3 * cost:.2f} ms of processor time"
        )
        rows.append({"name": summariser.name, "method": summariser.method} | means | {"cpu_seconds_per_request": cost})
    best = max(rows, key=lambda row: float(row["quality"]["value"]))
    articles = [bulletin.articles for bulletin in bulletins]
    for row in rows:
        lost = [top - own for top, own in zip(qualities[best["name"]], qualities[row["name"]], strict=True)]
        row["shortfall"] = as_json(mean_over_bulletins(lost, articles))
        row["dominated_by"] = dominating(row, rows)
    return rows


def summary_of(summariser: Summariser, bulletin: Bulletin) -> str:
    """The summary that the server would give without instructions."""
    document = Document.of(bulletin.text)
    return " ".join(summariser.summarise(document, Budget.of(document), never_cancelled))


def dominating(row: dict[str, Any], rows: list[dict[str, Any]]) -> str | None:
    """A summariser that is better and cheaper by the measured means, if there is one."""
    for other in rows:
        better = other["quality"]["value"] > row["quality"]["value"]
        if better and other["cpu_seconds_per_request"] < row["cpu_seconds_per_request"]:
            return str(other["name"])
    return None


def server_seconds(bulletins: list[Bulletin]) -> dict[str, float]:
    """Processor seconds that the real server spends on one request, HTTP and JSON included, for each summariser.

    The summarisers take turns, so that a change of the machine's speed touches all alike.
    """
    process = subprocess.Popen([sys.executable, str(HERE / "text_server.py")], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(json.loads(process.stdout.readline())["port"])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        spent = {summariser.name: 0.0 for summariser in FAMILY}
        for turn in range(WARMING_REQUESTS + TIMED_REQUESTS):
            text = bulletins[turn % len(bulletins)].text
            for name in spent:
                before = processor_seconds(process.pid)
                ask(client, name, text)
                if turn >= WARMING_REQUESTS:
                    spent[name] += processor_seconds(process.pid) - before
        client.close()
        return {name: seconds / TIMED_REQUESTS for name, seconds in spent.items()}
    finally:
        process.terminate()
        process.wait()


def ask(client: http.client.HTTPConnection, model: str, text: str) -> None:
    """One request, its answer read and dropped."""
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": text}]})
    client.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{model} answered {answer.status}: {content[:200]!r}")


def processor_seconds(process: int) -> float:
    """Time that the living threads of a process have spent on processors, as the kernel counts it."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def lines(bulletins: list[Bulletin]) -> str:
    """One JSON document a line."""
    return "".join(json.dumps(asdict(bulletin), ensure_ascii=False) + "\n" for bulletin in bulletins)


def fingerprint(bulletins: int, seed: int) -> str:
    """A hash of all that decides the figures but the machine: scripts, articles, settings and libraries."""
    digest = hashlib.sha256(f"{bulletins} {seed}".encode())
    for source in sorted(HERE.glob("text_*")):
        if source.is_file():
            digest.update(source.read_bytes())
    for library in ("numpy", "scipy"):
        digest.update(f"{library}=={importlib.metadata.version(library)}".encode())
    return digest.hexdigest()


def is_complete(out: Path, mark: str) -> bool:
    """Whether `out` holds the family with this fingerprint, every file of it."""
    try:
        document = json.loads((out / DOCUMENT).read_text())
        files = [document[part]["file"] for part in ("held_out", "live")]
        return document["fingerprint"] == mark and all((out / file).is_file() for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(path: Path, content: str) -> None:
    """Writes a file that is either wholly there or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)


def say(line: str) -> None:
    """One line of progress on standard error."""
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
