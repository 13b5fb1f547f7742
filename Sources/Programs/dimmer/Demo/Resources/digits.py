"""scikit-learn's bundled handwritten digits, split by base image and augmented.

The bundled set has 1797 grey images of 8 x 8 pixels with levels 0 to 16. Each base image belongs to exactly one part,
and only then is it shifted, turned and made noisy, so no part ever sees another part's handwriting sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SIDE = 8
PIXELS = SIDE * SIDE
LEVELS = 16
"""Grey levels run from 0 (paper) to this (ink)."""

SHIFT_PIXELS = 1.0
ROTATION_DEGREES = 20.0
NOISE_LEVELS = 2.5
"""Largest shift along each axis, largest turn either way, standard deviation of the noise in grey levels."""

TRAIN_BASES = 600
HELD_OUT_BASES = 600
"""Base images for training and for measuring accuracy; the rest make the live requests."""


@dataclass(frozen=True)
class Images:
    """Augmented images, one row each, with their true digit and the base image that each was made from."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    bases: NDArray[np.intp]

    def write(self, path: Path) -> None:
        """Writes records of 65 bytes: 64 pixels, row by row, then the true digit."""
        path.write_bytes(np.column_stack([self.pixels, self.labels]).tobytes())


def split_bases(seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Indices of the base images for training, for measuring accuracy and for live requests; digits in equal shares."""
    digits = load_digits().target
    train, rest = train_test_split(np.arange(len(digits)), train_size=TRAIN_BASES, stratify=digits, random_state=seed)
    held_out, live = train_test_split(rest, train_size=HELD_OUT_BASES, stratify=digits[rest], random_state=seed)
    return train, held_out, live


def augment(bases: NDArray[np.intp], count: int, random: np.random.Generator) -> Images:
    """Makes `count` images: every base once in random order, then every base again, each time changed anew."""
    data = load_digits()
    rounds = -(-count // len(bases))
    chosen = np.concatenate([random.permutation(bases) for _ in range(rounds)])[:count]

    angle = np.deg2rad(random.uniform(-ROTATION_DEGREES, ROTATION_DEGREES, (count, 1, 1)))
    shift_down, shift_right = random.uniform(-SHIFT_PIXELS, SHIFT_PIXELS, (2, count, 1, 1))
    centre = (SIDE - 1) / 2
    down, right = np.mgrid[0:SIDE, 0:SIDE] - centre
    rows = centre + np.cos(angle) * down + np.sin(angle) * right + shift_down
    columns = centre - np.sin(angle) * down + np.cos(angle) * right + shift_right
    planes = np.broadcast_to(chosen[:, None, None], rows.shape)

    # The first coordinate is a whole number, so linear interpolation never mixes two images.
    moved = ndimage.map_coordinates(data.images, [planes, rows, columns], order=1, mode="constant")
    noisy = moved + random.normal(0, NOISE_LEVELS, moved.shape)
    pixels = np.clip(np.rint(noisy), 0, LEVELS).astype(np.uint8).reshape(count, PIXELS)
    return Images(pixels, data.target[chosen].astype(np.uint8), chosen)
