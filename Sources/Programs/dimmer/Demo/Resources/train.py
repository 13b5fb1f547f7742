"""Trains a family of image classifiers and lays out the folder that MLServer serves.

Every variant is a support-vector machine with the same kernel; they differ in one thing, how many augmented images they
were trained on. More images leave more support vectors: better answers, and more work for each image.

    python train.py --out DIR [--seed 20211]
    mlserver start DIR

A folder that already holds this very family is left as it is. `family.json` is written last: without it there is no
family.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One thread per classifier: set before the numerical libraries start their pools.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

import digits
from digits import Images

TRAINING_IMAGES = (36_000, 16_000, 8_000, 3_000, 1_000, 300)
"""Largest first, so that the longest training starts first."""

PENALTY = 3.0
KERNEL_GAMMA = 0.002
"""C, and gamma per squared grey level: the best of 1, 3, 10 and 0.001 to 0.003 by cross-validation (three folds of
training base images, 12 000 augmented images)."""

HELD_OUT_IMAGES_PER_BASE = 30
LIVE_IMAGES_PER_BASE = 60
REQUEST_IMAGES = 40
"""Images in one call when the processor time is measured, as in a typical request."""

BOOTSTRAP_RESAMPLES = 4_000
SOURCES = ("train.py", "digits.py", "digit_classifier.py", "requirements.txt")
RUNTIME = "digit_classifier.py"
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Variant:
    """A trained classifier and what the held-out images say about it."""

    name: str
    training_images: int
    support_vectors: int
    right: NDArray[np.bool_]
    cpu_seconds_per_image: float


def main() -> None:
    """Reads the command line, and trains unless the folder already holds this family."""
    parser = argparse.ArgumentParser(description="Train the family of digit classifiers that MLServer serves.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write, created if missing")
    parser.add_argument("--seed", type=int, default=20211, help="fixes every random choice (default: %(default)s)")
    options = parser.parse_args()
    # Training runs in native code that does not see Python's interrupt; nothing needs tidying, so end at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    mark = fingerprint(options.seed)
    if is_complete(options.out, mark):
        say(f"{options.out} already holds this family; training skipped")
    else:
        train_family(options.out, options.seed, mark)


def train_family(out: Path, seed: int, mark: str) -> None:
    """Makes the images, trains and measures every variant, and writes everything below `out`."""
    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    (out / "family.json").unlink(missing_ok=True)
    for stale in out.glob("svm-*/"):  # MLServer would serve the variants of an earlier family too
        shutil.rmtree(stale)

    train_bases, held_out_bases, live_bases = digits.split_bases(seed)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(3)]
    train = digits.augment(train_bases, max(TRAINING_IMAGES), streams[0])
    held_out = digits.augment(held_out_bases, len(held_out_bases) * HELD_OUT_IMAGES_PER_BASE, streams[1])
    live = digits.augment(live_bases, len(live_bases) * LIVE_IMAGES_PER_BASE, streams[2])
    held_out.write(out / "held-out.bin")
    live.write(out / "live.bin")
    (out / "live-bases.bin").write_bytes(live.bases.astype("<u2").tobytes())
    say(f"{len(train.labels)} training, {len(held_out.labels)} held-out and {len(live.labels)} live images")

    # Training and predicting leave the interpreter lock, so threads use every core without copying the images.
    with ThreadPoolExecutor(min(len(TRAINING_IMAGES), os.cpu_count() or 1)) as pool:
        variants = list(pool.map(lambda count: train_variant(out, count, train, held_out), TRAINING_IMAGES))
    variants.sort(key=lambda variant: variant.training_images)

    shutil.copyfile(HERE / RUNTIME, out / RUNTIME)
    write_json(out / "settings.json", server_settings())
    write_json(
        out / "family.json",
        {
            "fingerprint": mark,
            "seed": seed,
            "record": {"pixels": digits.PIXELS, "levels": digits.LEVELS, "bytes": digits.PIXELS + 1},
            "augmentation": {
                "shift_pixels": digits.SHIFT_PIXELS,
                "rotation_degrees": digits.ROTATION_DEGREES,
                "noise_levels": digits.NOISE_LEVELS,
            },
            "train": {"base_images": len(train_bases), "images": len(train.labels)},
            "held_out": {"file": "held-out.bin", "base_images": len(held_out_bases), "images": len(held_out.labels)},
            "live": {"file": "live.bin", "bases": "live-bases.bin", "base_images": len(live_bases), "images": len(live.labels)},
            "variants": describe(variants, held_out, seed),
        },
    )
    say(f"family of {len(variants)} ready after {time.monotonic() - started:.0f} s")


def train_variant(out: Path, count: int, train: Images, held_out: Images) -> Variant:
    """Trains on the first `count` training images, measures on all held-out images, and saves the classifier."""
    name = f"svm-{count}"
    say(f"{name}: training")
    started = time.thread_time()
    # 256 MiB hold the whole kernel matrix of any two digits at 36 000 images.
    classifier = SVC(C=PENALTY, gamma=KERNEL_GAMMA, cache_size=256)
    classifier.fit(train.pixels[:count], train.labels[:count].astype(np.int64))
    trained = time.thread_time()

    inputs = held_out.pixels.astype(np.float64)
    before = time.thread_time()
    answers = [classifier.predict(inputs[at : at + REQUEST_IMAGES]) for at in range(0, len(inputs), REQUEST_IMAGES)]
    seconds_per_image = (time.thread_time() - before) / len(inputs)
    right = np.concatenate(answers) == held_out.labels

    folder = out / name
    folder.mkdir(exist_ok=True)
    joblib.dump(classifier, folder / "model.joblib")
    write_json(folder / "model-settings.json", model_settings(name))
    vectors = len(classifier.support_)
    say(
        f"{name}: {vectors} support vectors, {right.mean():.1%} of held-out images right,"
        f" {seconds_per_image * 1e3:.3f} ms an image, trained in {trained - started:.1f} s of processor time"
    )
    return Variant(name, count, vectors, right, seconds_per_image)


def describe(variants: list[Variant], held_out: Images, seed: int) -> list[dict[str, Any]]:
    """What `family.json` says about each variant, with bounds that hold although images share base images.

    Many images of one base image are not as many independent ones. So whole base images are drawn with replacement
    (cluster bootstrap), the same draw for every variant, and the bounds enclose the middle 95 % of the resampled
    accuracies. `effective_images` is how many independent images would leave the same variance; `shortfall` is the
    accuracy lost against the largest variant on the same images, `shortfall_high` its 97.5 % bound.
    """
    _, group = np.unique(held_out.bases, return_inverse=True)
    count = int(group.max()) + 1
    per_base = np.stack([np.bincount(group, variant.right, count) / np.bincount(group) for variant in variants])
    random = np.random.default_rng(np.random.SeedSequence(seed).spawn(4)[3])
    draws = random.multinomial(count, np.full(count, 1 / count), BOOTSTRAP_RESAMPLES) / count
    resampled = per_base @ draws.T
    rows = []
    for variant, accuracies in zip(variants, resampled, strict=True):
        accuracy = float(variant.right.mean())
        low, high = np.quantile(accuracies, [0.025, 0.975])
        lost = resampled[-1] - accuracies
        rows.append(
            {
                "name": variant.name,
                "file": f"{variant.name}/model.joblib",
                "training_images": variant.training_images,
                "support_vectors": variant.support_vectors,
                "held_out_images": len(variant.right),
                "correct": int(variant.right.sum()),
                "accuracy": accuracy,
                "accuracy_low": float(low),
                "accuracy_high": float(high),
                "effective_images": int(accuracy * (1 - accuracy) / accuracies.var()),
                "shortfall": float(variants[-1].right.mean() - accuracy),
                "shortfall_high": float(np.quantile(lost, 0.975)),
                "cpu_seconds_per_image": variant.cpu_seconds_per_image,
            }
        )
    return rows


def server_settings() -> dict[str, Any]:
    """MLServer on loopback, in one process, with nothing but inference. MLSERVER_HTTP_PORT chooses the port.

    gRPC cannot be turned off: port 0 lets the system choose a free one.
    """
    return {
        "debug": False,
        "host": "127.0.0.1",
        "grpc_port": 0,
        "metrics_endpoint": None,
        "parallel_workers": 0,
        "gzip_enabled": False,
    }


def model_settings(name: str) -> dict[str, Any]:
    """How MLServer finds, loads and describes one variant."""
    return {
        "name": name,
        "implementation": "digit_classifier.DigitClassifier",
        "platform": "scikit-learn",
        "parameters": {"uri": "./model.joblib"},
        "inputs": [{"name": "images", "datatype": "UINT8", "shape": [-1, digits.PIXELS]}],
        "outputs": [{"name": "labels", "datatype": "INT64", "shape": [-1]}],
    }


def fingerprint(seed: int) -> str:
    """A hash of all that decides the family: these scripts, the seed and the libraries that train and store it."""
    digest = hashlib.sha256(str(seed).encode())
    for source in SOURCES:
        digest.update((HERE / source).read_bytes())
    for library in ("numpy", "scipy", "scikit-learn", "joblib"):
        digest.update(f"{library}=={importlib.metadata.version(library)}".encode())
    return digest.hexdigest()


def is_complete(out: Path, mark: str) -> bool:
    """Whether `out` holds the family with this fingerprint, every file of it."""
    try:
        family = json.loads((out / "family.json").read_text())
        files = [variant["file"] for variant in family["variants"]]
        files += [family[part]["file"] for part in ("held_out", "live")] + [family["live"]["bases"], "settings.json", RUNTIME]
        return family["fingerprint"] == mark and all((out / file).is_file() for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes a document that is either wholly there or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(content, indent=2) + "\n")
    draft.replace(path)


def say(line: str) -> None:
    """One line of progress on standard error."""
    sys.stderr.write(line + "\n")  # one write, so that lines of two threads never mix


if __name__ == "__main__":
    main()
