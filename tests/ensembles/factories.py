"""Candidates made without models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.core.metrics import LOG_LOSS, Metric, PredictionType
from autoskl.ensembles.candidate import Candidate, HeldOutTarget


def targets_of(y, folds, weight=None):
    return {
        number: HeldOutTarget(y[rows], None if weight is None else weight[rows], rows)
        for number, rows in enumerate(folds)
    }


def candidate_of(number, predictions, targets, metric, family="knn", cost=0.0):
    losses = {f: metric.safe_loss(t.y, predictions[f], t.weight) for f, t in targets.items()}
    return Candidate(number, family, predictions, losses, cost)


def problem(
    metric=LOG_LOSS, n_rows=300, n_candidates=6, n_classes=2, n_folds=3, weighted=False, seed=0,
    dtype=np.float64,
):  # fmt: skip
    """Noisy, differently good candidates; one column of values when ``n_classes`` is 1."""
    rng = np.random.default_rng(seed)
    folds = np.array_split(rng.permutation(n_rows), n_folds)
    weight = rng.choice([0.0, 1.0, 2.5], n_rows) if weighted else None
    if n_classes == 1:
        y = rng.normal(size=n_rows)
    else:
        y = np.concatenate(
            [np.tile(np.arange(n_classes), n_folds), rng.integers(0, n_classes, n_rows)]
        )
        y = y[:n_rows]
    targets = targets_of(y, folds, weight)
    candidates = []
    for number in range(n_candidates):
        noise = rng.uniform(0.5, 2.0)
        if n_classes == 1:
            outputs = (y + noise * rng.normal(size=n_rows))[:, None]
        else:
            logits = noise * rng.normal(size=(n_rows, n_classes))
            logits[np.arange(n_rows), y] += 1.0
            outputs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        predictions = {fold: outputs[rows].astype(dtype) for fold, rows in enumerate(folds)}
        family = ("knn", "ridge", "trees")[number % 3]
        candidates.append(candidate_of(number, predictions, targets, metric, family))
    return candidates, targets


class SlowMetric:
    """The log loss, for each call of which a clock goes on by some seconds.

    Parameters
    ----------
    seconds : float or callable
        Of a call, or of the nth.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self.now = 0.0
        self.calls = 0
        self.metric = Metric("slow", self._loss, PredictionType.PROBABILITIES, fast=False)

    def clock(self):
        return self.now

    def _loss(self, y, predictions, weight=None):
        self.now += self.seconds(self.calls) if callable(self.seconds) else self.seconds
        self.calls += 1
        return LOG_LOSS.loss(y, predictions, weight)


def with_losses(number, losses):
    """A candidate with given losses by fold."""
    candidates, _ = problem(n_candidates=1)
    return replace(
        candidates[0],
        number=number,
        losses=losses,
        predictions=dict.fromkeys(losses, np.zeros((1, 2))),
    )
