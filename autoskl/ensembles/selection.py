"""Selection of the members of an ensemble and of their weights, by held-out predictions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric
from autoskl.core.seeds import derive_seed, generator
from autoskl.ensembles.calibration import is_ranking_metric
from autoskl.ensembles.candidate import Candidate, Targets, mixture_loss, shared_folds
from autoskl.ensembles.greedy_selection import greedy_counts
from autoskl.ensembles.objective import objective_for
from autoskl.ensembles.pool import (
    best_candidates,
    drop_constant_predictions,
    drop_unscored_rows,
    max_candidates,
    sample_rows,
)

_SIZE = 40
_MIN_WEIGHT = 0.02
_MAX_BAGGED_ROWS = 1_000
_MIN_BAGGED_CANDIDATES = 4
_N_BAGS = 10
_BAG_SHARE = 0.8
_SLOW_CALLS = 600
"""Calls of a slow metric, which take milliseconds each, in one selection."""

_SLOW_SECONDS = 10.0
"""Time that so many calls of the slowest scikit-learn metrics take on some thousand rows."""

_MIN_ROUNDS = 2
"""Minimum of greedy additions; with less time the number of candidates is reduced instead."""

_MIN_CALL_SECONDS = 1e-6
_MAX_CELLS = 10_000_000
"""Number of predictions above which the rows are sampled."""


@dataclass(frozen=True, slots=True)
class Selection:
    """An ensemble of candidates.

    Attributes
    ----------
    weights : dict of int to float
        By trial number, the largest first; they sum to 1.
    loss : float
        Loss of the ensemble averaged over ``folds``, on the rows that it was selected by.
    folds : tuple of int
    """

    weights: dict[int, float]
    loss: float
    folds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRules:
    """Parameters of `select`.

    Attributes
    ----------
    size : int
        Additions of one greedy run; 1 takes the best candidate.
    bags : int or None
        Greedy runs on subsets of the candidates and rows, whose weights are averaged; 1 for a
        single run on everything. None: 10 for fewer than 1,000 rows and at least 4 candidates,
        else 1.
    max_rows : int or None
        Number of rows above which a random sample is used. None: rows for 10 million predictions
        by all candidates.
    slow_calls : int
        Maximum number of calls of a slow metric; `size` is reduced accordingly.
    slow_seconds : float
        Maximum time for these calls where there is a deadline: one call is timed, and the numbers
        of calls and of candidates are reduced accordingly. Without a deadline nothing is timed.
    seed : int
    deadline : float or None
        Time on the clock at which the best selection so far is returned, to within about one call
        of the metric.
    clock : Clock
    """

    size: int = _SIZE
    bags: int | None = None
    max_rows: int | None = None
    slow_calls: int = _SLOW_CALLS
    slow_seconds: float = _SLOW_SECONDS
    seed: int = 0
    deadline: float | None = None
    clock: Clock = monotonic

    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.seconds_left() <= 0

    def seconds_left(self) -> float:
        """Seconds until the deadline, infinite without one."""
        return math.inf if self.deadline is None else self.deadline - self.clock()


def select(
    candidates: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules | None = None,
) -> Selection:
    """Choose members and weights on the folds that all candidates share.

    On the rows that it was selected by, the ensemble is never worse than the best candidate, which
    is also the result where there is no time for more. Weights below 2 % are dropped. Neither the
    order of the candidates nor rows of weight 0 affect the result.

    Parameters
    ----------
    candidates : sequence of Candidate
        The 50 best of them and the best of each family are considered, 10 for slow metrics.
    targets : mapping of int to HeldOutTarget
        For each fold that the candidates share.
    metric : Metric
    rules : SelectionRules, default=None

    Raises
    ------
    ValueError
        When there are no candidates, or when they share no fold.
    """
    rules = rules or SelectionRules()
    if not candidates or not shared_folds(candidates):
        raise ValueError(
            f"{len(candidates)} candidates share no fold to select an ensemble on. "
            "`choose_pool` returns candidates that do."
        )
    pool = best_candidates(candidates, max_candidates(metric))
    if is_ranking_metric(metric):
        pool = drop_constant_predictions(pool)
    pool, targets = drop_unscored_rows(pool, targets)
    folds = tuple(targets)
    if not folds:
        return Selection({pool[0].number: 1.0}, math.inf, ())
    pool = sorted(pool, key=lambda c: (c.loss(folds), c.cost, c.number))
    best = pool[0]
    single = Selection({best.number: 1.0}, best.loss(folds), folds)
    if len(pool) == 1 or rules.size == 1:
        return single
    if not metric.fast:
        selection = _select_slow_metric(pool, targets, metric, rules)
        return single if selection is None else min(single, selection, key=lambda s: s.loss)
    pool.sort(key=lambda c: c.number)
    return min(_candidate_selections(pool, targets, metric, rules, single), key=lambda s: s.loss)


def _select_slow_metric(
    ranked: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
) -> Selection | None:
    """Select by a metric that takes milliseconds or more per call, as time allows.

    Parameters
    ----------
    ranked : sequence of Candidate
        Best first.
    targets, metric, rules
        See `select`.
    """
    n_folds, n_kept, n_calls, until = len(targets), len(ranked), rules.slow_calls, math.inf
    if rules.deadline is not None:
        started = rules.clock()
        if started >= rules.deadline:
            return None
        seconds = _time_call(ranked[0], targets, metric, rules.clock)
        # Reserves time for scoring the ensemble on each fold.
        until = min(rules.deadline, started + rules.slow_seconds) - (n_folds + 1) * seconds
        n_affordable = max(0, int((until - rules.clock()) / seconds))
        n_kept = min(n_kept, n_affordable // (_MIN_ROUNDS * n_folds))
        n_calls = min(n_calls, n_affordable)
    if n_kept < 2:
        return None
    pool = sorted(ranked[:n_kept], key=lambda c: c.number)
    size = min(rules.size, max(_MIN_ROUNDS, n_calls // (n_kept * n_folds)))
    part, part_targets = _subsample(pool, targets, rules)
    weights = _greedy(part, part_targets, metric, size, lambda: rules.clock() >= until)
    if not weights:
        return None
    kept = trim_weights(weights)
    return Selection(
        kept, _mixture_loss_in_time(pool, kept, targets, metric, rules), tuple(targets)
    )


def _time_call(candidate: Candidate, targets: Targets, metric: Metric, clock: Clock) -> float:
    """Return the seconds of one call of the metric, on the largest fold."""
    fold = max(targets, key=lambda f: len(targets[f].y))
    started = clock()
    metric.safe_loss(targets[fold].y, candidate.predictions[fold], targets[fold].weight)
    return max(clock() - started, _MIN_CALL_SECONDS)


def _mixture_loss_in_time(
    pool: Sequence[Candidate],
    weights: Mapping[int, float],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
) -> float:
    """Return the loss of an ensemble averaged over the folds; infinite after the deadline."""
    losses = []
    for fold, target in targets.items():
        if rules.is_over():
            return math.inf
        losses.append(mixture_loss(pool, weights, {fold: target}, metric))
    return float(np.mean(losses))


def _candidate_selections(
    pool: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
    single: Selection,
) -> list[Selection]:
    """Return the selected ensemble and the best single candidate, to fall back to."""
    n_rows = sum(len(target.y) for target in targets.values())
    part, part_targets = _subsample(pool, targets, rules)

    def finished(weights: dict[int, float]) -> Selection:
        kept = trim_weights(weights)
        return Selection(kept, mixture_loss(pool, kept, targets, metric), tuple(targets))

    bags = rules.bags
    if bags is None:
        is_bagged = n_rows < _MAX_BAGGED_ROWS and len(pool) >= _MIN_BAGGED_CANDIDATES
        bags = _N_BAGS if is_bagged else 1
    if bags > 1:
        bagged = finished(_bagged(part, part_targets, metric, rules, bags))
        if bagged.loss < single.loss or rules.is_over():
            return [bagged, single]
    weights = _greedy(part, part_targets, metric, rules.size, rules.is_over)
    return [single, finished(weights)] if weights else [single]


def _subsample(
    pool: Sequence[Candidate], targets: Targets, rules: SelectionRules
) -> tuple[Sequence[Candidate], Targets]:
    """Return candidates and targets with a sample of the rows where there are too many."""
    n_rows = sum(len(target.y) for target in targets.values())
    max_rows = rules.max_rows
    if max_rows is None:
        max_rows = _MAX_CELLS // (len(pool) * pool[0].predictions[next(iter(targets))].shape[1])
    if n_rows <= max_rows:
        return pool, targets
    return sample_rows(pool, targets, max_rows / n_rows, rules.seed)


def _greedy(
    pool: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    size: int,
    should_stop: Callable[[], bool],
) -> dict[int, float]:
    """Return the weights by one greedy run, empty when no candidate has a finite loss."""
    costs = np.array([candidate.cost for candidate in pool])
    objective = objective_for(pool, targets, metric, should_stop)
    counts = greedy_counts(objective, costs, size, should_stop)
    total = counts.sum()
    return {c.number: float(n / total) for c, n in zip(pool, counts, strict=True) if n}


def _bagged(
    pool: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    rules: SelectionRules,
    bags: int,
) -> dict[int, float]:
    """Return the mean weights of greedy runs on 80 % of the candidates and 80 % of the rows."""
    total = dict.fromkeys((candidate.number for candidate in pool), 0.0)
    size = max(1, rules.size // 2)  # The mean over the bags has finer weights anyway.
    for bag in range(bags):
        chosen = _sample_candidates(pool, generator(rules.seed, "bag", bag))
        part, part_targets = sample_rows(
            chosen, targets, _BAG_SHARE, derive_seed(rules.seed, "bag", bag)
        )
        weights = _greedy(part, part_targets, metric, size, rules.is_over)
        for number, weight in weights.items():
            total[number] += weight
        if rules.is_over():
            break
    sum_of_weights = sum(total.values())
    if sum_of_weights == 0:
        return {pool[0].number: 1.0}
    return {number: weight / sum_of_weights for number, weight in total.items()}


def _sample_candidates(pool: Sequence[Candidate], rng: np.random.Generator) -> list[Candidate]:
    n_chosen = math.ceil(_BAG_SHARE * len(pool))
    positions: NDArray[np.intp] = np.sort(rng.permutation(len(pool))[:n_chosen])
    return [pool[i] for i in positions]


def trim_weights(weights: Mapping[int, float], min_weight: float = _MIN_WEIGHT) -> dict[int, float]:
    """Drop weights below ``min_weight``, unless all are, and normalise the others to sum to 1.

    Returns
    -------
    dict
        The largest weight first; on a tie, the lower number.
    """
    bound = min(min_weight, max(weights.values()))
    kept = {number: weight for number, weight in weights.items() if weight >= bound}
    total = sum(kept.values())
    order = sorted(kept, key=lambda number: (-kept[number], number))
    return {number: kept[number] / total for number in order}
