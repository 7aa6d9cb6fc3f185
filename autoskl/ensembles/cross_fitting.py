"""Cross-fitted score of an ensemble.

On the rows that its weights were selected by, the score of an ensemble is optimistic. Here the
weights, the post-processing and the numbers of iterations for each fold are chosen on the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget, Targets, mixture
from autoskl.ensembles.decision import apply_common_decision
from autoskl.ensembles.pool import drop_unscored_rows
from autoskl.ensembles.post_processing import post_processing_of
from autoskl.ensembles.selection import SelectionRules, select

_PARTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class CrossFittedLosses:
    """Losses of an ensemble on rows that its weights were not selected by.

    Attributes
    ----------
    losses : dict of int to float
        By fold.
    rows : ndarray of int or None
        Positions in the dataset of the rows that the losses are of, where the deadline left time
        for a part of the only fold; None for all rows of the folds in ``losses``.
    """

    losses: dict[int, float]
    rows: IntArray | None = None

    @property
    def loss(self) -> float:
        """Mean loss over the folds; infinite without any."""
        return float(np.mean([*self.losses.values()])) if self.losses else math.inf

    def covers(self, n_folds: int) -> bool:
        """Return whether the losses are of all rows of so many folds."""
        return self.rows is None and len(self.losses) >= n_folds


def cross_fit(
    candidates: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules | None = None,
) -> CrossFittedLosses:
    """Return the loss on each fold of an ensemble that was selected on the other folds.

    A single fold is split into five parts, whose predictions are joined for the metric: a mean over
    small parts would be far noisier, and for ratios such as R2 another quantity. A row that is held
    out in several folds is never used to select the weights by which it is then predicted.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
    metric : Metric
    rules : SelectionRules, default=None
        When the deadline passes, the folds or parts completed so far are returned, at least one. A
        slow metric may not leave time for that one, nor for all candidates.

    Returns
    -------
    CrossFittedLosses
        Without losses when there are no rows to select by: one row only, or the same rows in all
        folds.
    """
    rules = rules or SelectionRules(size=20)
    pool, targets = drop_unscored_rows(candidates, targets)
    only_fold = next(iter(targets)) if len(targets) == 1 else None
    if only_fold is not None:
        pool, targets = _split_fold(pool, targets, metric, rules)
    n_folds = max(len(targets), 1)
    rules = replace(
        rules,
        slow_calls=rules.slow_calls // n_folds,
        slow_seconds=min(rules.slow_seconds, rules.seconds_left()) / n_folds,
    )
    outputs = _cross_fitted_outputs(pool, targets, metric, rules)
    if only_fold is None:
        return CrossFittedLosses(
            {
                fold: metric.safe_loss(targets[fold].y, predicted, targets[fold].weight)
                for fold, predicted in outputs
            }
        )
    parts = dict(outputs)
    if not parts or (rules.is_over() and not metric.fast):
        return CrossFittedLosses({})
    is_complete = len(parts) == len(targets)
    rows = None if is_complete else np.concatenate([targets[part].rows for part in parts])
    return CrossFittedLosses({only_fold: _joint_loss(parts, targets, metric)}, rows)


def _cross_fitted_outputs(
    pool: Sequence[Candidate], targets: Targets, metric: Metric, rules: SelectionRules
) -> Iterator[tuple[int, FloatArray]]:
    """Yield the outputs for each fold of an ensemble that was selected on the other folds."""
    for fold in targets:
        others = _other_rows(targets, fold)
        if not others:
            continue
        part, part_targets = _restrict(pool, targets, others, metric, rules)
        if not part:
            return
        decided = apply_common_decision(part, part_targets, metric)
        weights = select(decided, part_targets, metric, rules).weights
        if rules.is_over() and not metric.fast:
            return
        post_processing = post_processing_of(part, weights, part_targets, metric)
        cross_fitted = [candidate.with_cross_fitted(fold) for candidate in pool]
        yield fold, post_processing(mixture(cross_fitted, weights, fold))
        if rules.is_over():
            return


def _joint_loss(parts: Mapping[int, FloatArray], targets: Targets, metric: Metric) -> float:
    """Return the loss on the given parts of a fold together."""
    y = np.concatenate([targets[part].y for part in parts])
    given = [targets[part].weight for part in parts]
    weights = [weight for weight in given if weight is not None]
    outputs = np.concatenate(list(parts.values()))
    return metric.safe_loss(y, outputs, np.concatenate(weights) if weights else None)


def _other_rows(targets: Targets, fold: int) -> dict[int, IntArray]:
    """Return the positions in the other folds of the rows that are not held out in this one."""
    held_out = targets[fold].rows
    others = {
        other: np.flatnonzero(~np.isin(target.rows, held_out))
        for other, target in targets.items()
        if other != fold
    }
    return {other: rows for other, rows in others.items() if len(rows)}


def _restrict(
    pool: Sequence[Candidate],
    targets: Targets,
    chosen: Mapping[int, IntArray],
    metric: Metric,
    rules: SelectionRules,
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Restrict the pool to the chosen rows; losses of folds with fewer rows are recomputed."""
    kept = {fold: targets[fold].take(rows) for fold, rows in chosen.items()}
    candidates = []
    for candidate in _in_time(pool, metric, rules):
        part = candidate.take(chosen)
        known = {f: candidate.losses[f] for f in kept if len(kept[f].y) == len(targets[f].y)}
        losses = _losses(part.predictions, kept, metric, rules, known)
        if losses is None:
            break
        candidates.append(replace(part, losses=losses))
    return _by_number(candidates), kept


def _split_fold(
    pool: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Split the only fold into parts with about the same share of each class."""
    ((fold, target),) = targets.items()
    order = generator(rules.seed, "parts").permutation(len(target.y))
    if not np.issubdtype(target.y.dtype, np.floating):
        order = order[np.argsort(target.y[order], kind="stable")]
    n_parts = min(_PARTS, len(order))
    parts = {part: np.sort(order[part::n_parts]) for part in range(n_parts)}
    kept = {part: target.take(rows) for part, rows in parts.items()}
    candidates = []
    for candidate in _in_time(pool, metric, rules):
        predictions = {part: candidate.predictions[fold][rows] for part, rows in parts.items()}
        losses = _losses(predictions, kept, metric, rules, {})
        if losses is None:
            break
        cross_fitted = {}
        if fold in candidate.cross_fitted:
            cross_fitted = {
                part: candidate.cross_fitted[fold][rows] for part, rows in parts.items()
            }
        candidates.append(
            replace(candidate, predictions=predictions, losses=losses, cross_fitted=cross_fitted)
        )
    return _by_number(candidates), kept


def _losses(
    predictions: Mapping[int, FloatArray],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
    known: Mapping[int, float],
) -> dict[int, float] | None:
    """Return the losses by fold, None when the deadline interrupts a slow metric."""
    losses = {}
    for fold, target in targets.items():
        if fold in known:
            losses[fold] = known[fold]
            continue
        if not metric.fast and rules.is_over():
            return None
        losses[fold] = metric.safe_loss(target.y, predictions[fold], target.weight)
    return losses


def _in_time(
    pool: Sequence[Candidate], metric: Metric, rules: SelectionRules
) -> Iterator[Candidate]:
    """Yield the candidates; for a slow metric the best first, during half of the time left.

    Rescoring all of them with such a metric may take longer than that.
    """
    if metric.fast or rules.deadline is None:
        yield from pool
        return
    end = rules.deadline - rules.seconds_left() / 2
    for candidate in sorted(pool, key=lambda c: (c.loss(c.losses), c.number)):
        if rules.clock() >= end:
            return
        yield candidate


def _by_number(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: candidate.number)
