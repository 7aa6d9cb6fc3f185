"""The pool of candidates to select from, and the rows on which they are compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget, Targets, shared_folds

_MAX_POOL = 50
_MAX_SLOW_POOL = 10


def max_candidates(metric: Metric) -> int:
    """Return the maximum number of candidates, besides the best of each family."""
    return _MAX_POOL if metric.fast else _MAX_SLOW_POOL


def choose_pool(candidates: Sequence[Candidate], tolerance: float = 0.25) -> list[Candidate]:
    """Return the candidates to select from: as many folds as possible, with the best trial.

    Trials differ in their folds, and selection needs folds that all candidates share. The pool with
    the most folds is taken, unless a candidate outside of it beats its best one by a margin on the
    folds that both have; then the next smaller set of folds is tried.

    Parameters
    ----------
    candidates : sequence of Candidate
    tolerance : float, default=0.25
        The margin, in standard deviations over the folds of the loss of the pool's best candidate.

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


def best_candidates(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Return the ``limit`` best candidates and the best of each family, sorted by number."""
    folds = shared_folds(candidates)
    order = sorted(candidates, key=lambda c: (c.loss(folds), c.number))
    chosen = {c.number for c in order[:limit]}
    families: dict[str, int] = {}
    for candidate in order:
        families.setdefault(candidate.family, candidate.number)
    chosen.update(families.values())
    return sorted((c for c in candidates if c.number in chosen), key=lambda c: c.number)


def drop_constant_predictions(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Drop candidates that predict the same for all rows, unless all of them do.

    They cannot change a ranking, except through rounding errors; a greedy selection that profits
    from these gives them weight at the expense of real models and makes probabilities
    uninformative.
    """
    varying = [c for c in candidates if any(map(_varies, c.predictions.values()))]
    return varying or list(candidates)


def _varies(predictions: FloatArray) -> bool:
    return bool(np.any(predictions != predictions[:1]))


def drop_unscored_rows(
    candidates: Sequence[Candidate], targets: Targets
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Drop rows of weight 0, folds without a target, and folds without any finite loss.

    A metric may be undefined on a fold, such as a ROC curve without one of the classes; such a fold
    does not distinguish the candidates.
    """
    chosen: dict[int, IntArray] = {}
    for fold in shared_folds(candidates):
        if fold not in targets:
            continue
        target = targets[fold]
        rows = np.arange(len(target.y)) if target.weight is None else np.flatnonzero(target.weight)
        if len(rows) and any(math.isfinite(c.losses[fold]) for c in candidates):
            chosen[fold] = rows
    if all(len(rows) == len(targets[fold].y) for fold, rows in chosen.items()):
        return list(candidates), {fold: targets[fold] for fold in chosen}
    return _take(candidates, targets, chosen)


def sample_rows(
    candidates: Sequence[Candidate], targets: Targets, share: float, seed: int
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Draw a share of the rows of each fold, stratified by class where y holds classes."""
    chosen = {
        fold: _draw(target.y, share, generator(seed, "rows", fold))
        for fold, target in targets.items()
    }
    return _take(candidates, targets, chosen)


def _take(
    candidates: Sequence[Candidate],
    targets: Targets,
    chosen: Mapping[int, IntArray],
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    kept = {fold: targets[fold].take(rows) for fold, rows in chosen.items()}
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
    """Return by how much a candidate's loss is below the best one's on the folds of both."""
    shared = sorted(candidate.losses.keys() & best.losses.keys())
    return best.loss(shared) - candidate.loss(shared) if shared else -math.inf
