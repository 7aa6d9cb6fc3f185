"""Median seconds of one selection, of its cross-fitted score and of single losses.

CPU seconds of one thread (set OMP_NUM_THREADS=1), which hardly depend on other processes.

Run: python benchmarks/ensemble_speed.py [--repeats 5] [--candidates 50] [--rows 10000] [--folds 5]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from autoskl.core import metrics
from autoskl.core.metrics import Metric
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles.candidate import Candidate, HeldOutTarget
from autoskl.ensembles.cross_fitting import cross_fit
from autoskl.ensembles.selection import SelectionRules, select


def median_seconds(call: Callable[[], Any], repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def problem(
    metric: Metric, n_rows: int, n_candidates: int, n_classes: int, n_folds: int
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Candidates in float32 with shared and individual noise, like models of one table."""
    rng = np.random.default_rng(0)
    folds = np.array_split(rng.permutation(n_rows), n_folds)
    y = rng.normal(size=n_rows) if n_classes == 1 else rng.integers(0, n_classes, n_rows)
    common = rng.normal(size=(n_rows, n_classes))
    if n_classes == 1:
        common[:, 0] = y + 0.5 * common[:, 0]
    else:
        common[np.arange(n_rows), y] += 1.0
    targets = {fold: HeldOutTarget(y[rows], None, rows) for fold, rows in enumerate(folds)}
    candidates = []
    for number in range(n_candidates):
        outputs = common + rng.uniform(0.2, 1.0) * rng.normal(size=common.shape)
        if n_classes > 1:
            outputs = np.exp(outputs)
            outputs /= outputs.sum(axis=1, keepdims=True)
        parts = {fold: outputs[rows].astype(np.float32) for fold, rows in enumerate(folds)}
        losses = {f: metric.safe_loss(t.y, parts[f], t.weight) for f, t in targets.items()}
        candidates.append(Candidate(number, str(number % 6), parts, losses))
    return candidates, targets


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    brier = resolve_scoring("neg_brier_score", Task.BINARY, np.array([0, 1]))
    kinds = [
        (metrics.LOG_LOSS, 2), (metrics.LOG_LOSS, 10), (metrics.ROC_AUC, 2), (metrics.ACCURACY, 2),
        (metrics.BALANCED_ACCURACY, 2), (metrics.ACCURACY, 10), (brier, 2),
        (metrics.SQUARED_ERROR, 1), (metrics.ROOT_SQUARED_ERROR, 1), (metrics.R2, 1),
        (metrics.ABSOLUTE_ERROR, 1),
    ]  # fmt: skip
    print(f"{args.candidates} candidates x {args.rows} rows, {args.folds} folds, 40 steps")
    print(f"{'metric':30}{'outputs':>8}{'select s':>10}{'cross-fit s':>12}{'one loss ms':>12}")
    for metric, n_classes in kinds:
        data = problem(metric, args.rows, args.candidates, n_classes, args.folds)
        rules = SelectionRules(size=20)
        one, truth = data[0][0].predictions[0], data[1][0]
        columns = (
            median_seconds(lambda m=metric, d=data: select(*d, m), args.repeats),
            median_seconds(lambda m=metric, d=data, r=rules: cross_fit(*d, m, r), args.repeats),
            1e3 * median_seconds(lambda m=metric, p=one, t=truth: m.loss(t.y, p, None), 20),
        )
        print("{:30}{:8}{:10.3f}{:12.3f}{:12.3f}".format(metric.name, n_classes, *columns))


if __name__ == "__main__":
    main()
