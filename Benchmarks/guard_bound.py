#!/usr/bin/env python3
"""What a guard that can never miss must cost: the least carbon of any plan, even one that knows all hours.

usage: guard_bound.py [FOLDER]     FOLDER holds em_REGION_2023_hourly.csv.gz (column ci_direct_g_per_kwh); needs scipy

Over each UTC day of hours 800 to 1519 of 2023 a linear program chooses the shares of B1, B3, B5 and B7 by hour, with
1000 requests in each. Three promises are held against each other:
  day        the day's mean quality is at the floor (the clairvoyant plan)
  certain    the mean so far is at the floor at every moment: requests may stop coming (FloorGuard.certain)
  0.75       quality may be owed as far as three quarters of the day's other requests can pay it back, served by the
             next variant above the floor (FloorGuard's default)
"""

import csv
import gzip
import pathlib
import sys

import numpy
from scipy.optimize import linprog

# EfficientNet: top-1 accuracy in points, and synthetic joules of one image, 0.20 + 0.05 x GFLOPs (test vector TV-6).
LADDER = {"B1": (78.382, 0.235), "B3": (81.528, 0.29), "B5": (83.776, 0.695), "B7": (84.582, 2.05)}
FLOORS = (82.0, 83.0, 84.0)
HOURS = range(800, 1520)


def days(path):
    with gzip.open(path, "rt") as lines:
        rows = list(csv.DictReader(lines))
    chosen = {}
    for row in (rows[hour] for hour in HOURS):
        if row["ci_direct_g_per_kwh"]:
            chosen.setdefault(row["datetime_utc"][:10], []).append(float(row["ci_direct_g_per_kwh"]))
    return list(chosen.values())


def least(intensities, floor, reliance):
    """The least grams of a day; reliance None: only the day's mean counts."""
    quality = numpy.array([quality for quality, _ in LADDER.values()])
    energy = numpy.array([joules for _, joules in LADDER.values()])
    hours, variants = len(intensities), len(LADDER)
    reserve = quality[quality > floor].min()
    cost = numpy.outer(intensities, energy).ravel() / 3.6e6 * 1000
    rows, limits = [], []
    for hour in range(hours):
        if reliance is None and hour < hours - 1:
            continue
        row = numpy.zeros((hours, variants))
        row[: hour + 1] = floor - quality
        rows.append(row.ravel())
        limits.append((reliance or 0) * (reserve - floor) * (hours - 1 - hour))
    whole = numpy.kron(numpy.eye(hours), numpy.ones(variants))
    found = linprog(cost, A_ub=rows, b_ub=limits, A_eq=whole, b_eq=numpy.ones(hours), bounds=(0, 1))
    assert found.success, found.message
    return found.fun


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/grid")
    paths = sorted(folder.glob("em_*_2023_hourly.csv.gz"))
    if not paths:
        sys.exit(f"{folder} holds no em_REGION_2023_hourly.csv.gz")
    excess = {"certain": [], "0.75": []}
    print(f"{'region':14} {'floor':>5} {'day, g':>10} {'certain':>9} {'0.75':>9}")
    for path in paths:
        region = path.name.split("_")[1]
        series = days(path)
        for floor in FLOORS:
            day, certain, relying = (
                sum(least(hours, floor, reliance) for hours in series) for reliance in (None, 0, 0.75)
            )
            excess["certain"].append(100 * (certain / day - 1))
            excess["0.75"].append(100 * (relying / day - 1))
            print(
                f"{region:14} {floor:5.0f} {day:10.2f} {excess['certain'][-1]:+8.2f}% {excess['0.75'][-1]:+8.2f}%",
                flush=True,
            )
    means = {name: sum(values) / len(values) for name, values in excess.items()}
    print(f"{'mean':31} {means['certain']:+8.2f}% {means['0.75']:+8.2f}%")


if __name__ == "__main__":
    main()
