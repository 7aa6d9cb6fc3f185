"""Which stored results of a table can be compared: those of one metric and one validation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from autoskl.core.result import IntArray
from autoskl.evaluation.folds import Folds
from autoskl.metalearning.store.provenance import short_hash
from autoskl.tables.dataset import Dataset

UNKNOWN_GROUP = 0
"""Group of the results of earlier versions, which stored no group."""

_MAX_GROUP = 2**31 - 1
"""Largest integer of a column in PostgreSQL."""


def comparable_group(metric: str, dataset: Dataset, folds: Folds, splitter: str = "") -> int:
    """Return a number that fits share if losses of the same fold may be compared.

    It depends on the metric and on the kind of validation: the splitter, the sizes of the folds,
    and whether there are groups and weights. It does not depend on the random state or on the order
    of the rows, so that repeated fits of a table share one group.

    Parameters
    ----------
    metric : str
    dataset : Dataset
    folds : Folds
    splitter : str, default=""
        Type of the user's splitter; "" for the splits of autoskl.

    Returns
    -------
    int
        Between 1 and 2**31 - 1.
    """
    content = {
        "metric": metric,
        "splitter": splitter,
        "grouped": dataset.groups is not None,
        "weighted": dataset.score_weight is not None,
        "core": folds.n_core,
        "test": _sizes(folds.test_ends[: folds.n_core]),
        "train": _sizes(folds.train_ends[: folds.n_core]),
    }
    return 1 + int(short_hash(content), 16) % _MAX_GROUP


def best_first(losses: Mapping[tuple[int, str], Sequence[float]], group: int) -> list[str]:
    """Return configurations in the order in which they are worth trying again.

    Losses are compared within groups only: those of the given group come first, then those of the
    group with the most results. In each group, configurations with less than half of the folds have
    probably been stopped early, so they come after all others.

    Parameters
    ----------
    losses : mapping of (int, str) to sequence of float
        Losses of the folds by group and key of the configuration; none is empty.
    group : int
        Group of the present fit.
    """
    n_results: Counter[int] = Counter()
    n_folds: dict[int, int] = {}
    for (number, _), values in losses.items():
        n_results[number] += len(values)
        n_folds[number] = max(n_folds.get(number, 0), len(values))
    groups = sorted(n_results, key=lambda number: (number != group, -n_results[number], number))
    place = {number: i for i, number in enumerate(groups)}

    def rank(key: tuple[int, str]) -> tuple[bool, int, float]:
        values = losses[key]
        is_partial = len(values) < n_folds[key[0]] / 2
        return is_partial, place[key[0]], math.fsum(values) / len(values)

    return list(dict.fromkeys(configuration for _, configuration in sorted(losses, key=rank)))


def _sizes(ends: IntArray) -> list[int]:
    sizes: Iterable[int] = np.diff(ends, prepend=0).tolist()
    return sorted(sizes)
