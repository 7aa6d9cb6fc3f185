"""Race of candidates: those that cannot contribute are evaluated last."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

MIN_TASKS = 40
"""Tasks needed to judge a candidate; their order is random."""

MIN_GAIN = 0.002
"""Mean gain that must be attainable for a candidate to stay in the race."""

_DEVIATIONS = 1.28
"""Standard errors of the upper confidence bound (90 %, one-sided)."""

_MIN_RIVALS = 3

_METRICS = ("neg_log_loss", "neg_mean_squared_error")

Losses = Mapping[str, Mapping[str, float]]


def lost_candidates(losses: Losses) -> set[str]:
    """Return the candidates that add nothing to the others.

    The gain of a candidate on a task is its improvement on the lowest loss of the others, relative
    to the gap between that loss and their median. A candidate has lost if the upper confidence
    bound of its mean gain is below `MIN_GAIN`; one that is best on a few tasks stays.

    Parameters
    ----------
    losses : mapping of str to mapping of str to float
        Losses by task and candidate; infinite for failures.

    References
    ----------
    O. Maron, A. Moore. "Hoeffding races: Accelerating model selection search for classification and
    function approximation". NIPS 1993.
    """
    gains: dict[str, list[float]] = defaultdict(list)
    for found in losses.values():
        for candidate, own in found.items():
            rivals = sorted(loss for other, loss in found.items() if other != candidate)
            rivals = [loss for loss in rivals if math.isfinite(loss)]
            if len(rivals) >= _MIN_RIVALS:
                gains[candidate].append(_gain(own, rivals))
    return {
        candidate
        for candidate, values in gains.items()
        if len(values) >= MIN_TASKS and _upper_bound(values) < MIN_GAIN
    }


def read_losses(store: Store, stage: str) -> dict[str, dict[str, float]]:
    """Return the validation losses of a stage by task and configuration.

    Parameters
    ----------
    store : Store
    stage : str
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in store.rows(schema.RESULTS, stage=stage, repeat=0):
        if row["status"] == "skipped":
            continue
        validation = row["losses"].get("validation", {})
        known = [validation[name] for name in _METRICS if name in validation]
        found[row["task"]][row["configuration"]] = known[0] if known else math.inf
    return dict(found)


def _gain(own: float, rivals: list[float]) -> float:
    best, middle = rivals[0], rivals[len(rivals) // 2]
    return min(max(best - own, 0.0) / max(middle - best, 1e-9), 1.0)


def _upper_bound(values: list[float]) -> float:
    gains = np.array(values)
    return float(gains.mean() + _DEVIATIONS * gains.std() / np.sqrt(len(gains)))
