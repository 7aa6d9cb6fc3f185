"""Which candidates are compared, and on which of their rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, Truth, shared_folds

_LARGEST_POOL = 50
_LARGEST_SLOW_POOL = 10


def most_candidates(metric: Metric) -> int:
    """Return how many candidates are compared, besides the best of each family."""
    return _LARGEST_POOL if metric.fast else _LARGEST_SLOW_POOL


def choose_pool(candidates: Sequence[Candidate], tolerance: float = 0.25) -> list[Candidate]:
    """Return the candidates to select from: many folds, without losing the best trial.

    Trials differ in the folds that they have, and selection needs folds that all candidates share.
    The pool with the most folds is taken, unless a candidate outside of it beats its best one by a
    margin on the folds that they share; then the next smaller set of folds is tried.

    Parameters
    ----------
    candidates : sequence of Candidate
    tolerance : float, default=0.25
        The margin, in standard deviations of the losses of the pool's best candidate over folds.

    Returns
    -------
    list of Candidate
        Sorted by number.
    """
    usable = sorted((c for c in candidates if _has_finite_loss(c)), key=lambda c: c.number)
    sets = sorted({frozenset(c.losses) for c in usable}, key=lambda s: (-len(s), sorted(s)))
    inside: list[Candidate] = []
    for folds in sets:
        inside = [c for c in usable if folds <= c.losses.keys()]
        best = min(inside, key=lambda c: c.loss(folds))
        finite = [loss for fold in folds if math.isfinite(loss := best.losses[fold])]
        margin = tolerance * float(np.std(finite)) if finite else 0.0
        outside = (c for c in usable if not folds <= c.losses.keys())
        if all(_advantage(c, best) <= margin for c in outside):
            break
    return inside


def strongest(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Return the ``limit`` best candidates and the best of each family, sorted by number."""
    folds = shared_folds(candidates)
    order = sorted(candidates, key=lambda c: (c.loss(folds), c.number))
    chosen = {c.number for c in order[:limit]}
    families: dict[str, int] = {}
    for candidate in order:
        families.setdefault(candidate.family, candidate.number)
    chosen.update(families.values())
    return sorted((c for c in candidates if c.number in chosen), key=lambda c: c.number)


def telling_rows_apart(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out candidates that predict the same for all rows, unless all of them do.

    They cannot change an order. What rounding makes of a sum with them can, by chance, and then
    they take the weight of models, so that probabilities say nothing.
    """
    telling = [c for c in candidates if any(map(_differs_by_row, c.predictions.values()))]
    return telling or list(candidates)


def _differs_by_row(predictions: FloatArray) -> bool:
    return bool(np.any(predictions != predictions[:1]))


def scored_rows(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth]
) -> tuple[list[Candidate], dict[int, Truth]]:
    """Leave out rows of weight 0, folds without truth, and those where no candidate has a loss.

    A metric may be undefined on a fold for everyone, such as a ROC curve without one of the
    classes; such a fold tells nothing about the candidates.
    """
    chosen: dict[int, IntArray] = {}
    for fold in shared_folds(candidates):
        if fold not in truths:
            continue
        truth = truths[fold]
        rows = np.arange(len(truth.y)) if truth.weight is None else np.flatnonzero(truth.weight)
        if len(rows) and any(math.isfinite(c.losses[fold]) for c in candidates):
            chosen[fold] = rows
    if all(len(rows) == len(truths[fold].y) for fold, rows in chosen.items()):
        return list(candidates), {fold: truths[fold] for fold in chosen}
    return _take(candidates, truths, chosen)


def some_rows(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth], share: float, seed: int
) -> tuple[list[Candidate], dict[int, Truth]]:
    """Draw a share of the rows of each fold, of each class where y holds classes."""
    chosen = {
        fold: _draw(truth.y, share, generator(seed, "rows", fold)) for fold, truth in truths.items()
    }
    return _take(candidates, truths, chosen)


def _take(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth], chosen: Mapping[int, IntArray]
) -> tuple[list[Candidate], dict[int, Truth]]:
    kept = {fold: truths[fold].take(rows) for fold, rows in chosen.items()}
    return [candidate.take(chosen) for candidate in candidates], kept


def _draw(y: NDArray[np.generic], share: float, rng: np.random.Generator) -> IntArray:
    order = rng.permutation(len(y))
    if np.issubdtype(y.dtype, np.floating):
        return np.sort(order[: math.ceil(share * len(y))])
    parts = [order[y[order] == code] for code in np.unique(y)]
    return np.sort(np.concatenate([part[: math.ceil(share * len(part))] for part in parts]))


def _has_finite_loss(candidate: Candidate) -> bool:
    return any(math.isfinite(loss) for loss in candidate.losses.values())


def _advantage(candidate: Candidate, best: Candidate) -> float:
    """How much lower the candidate's loss is than the best one's on the folds of both."""
    shared = sorted(candidate.losses.keys() & best.losses.keys())
    return best.loss(shared) - candidate.loss(shared) if shared else -math.inf
