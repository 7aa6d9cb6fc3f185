"""Weights of an ensemble from held-out predictions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric
from autoskl.core.seeds import derive_seed, generator
from autoskl.ensembles.calibration import only_orders
from autoskl.ensembles.candidate import Candidate, Truth, mixture_loss, shared_folds
from autoskl.ensembles.greedy_selection import greedy_counts
from autoskl.ensembles.objective import objective_for
from autoskl.ensembles.pool import (
    most_candidates,
    scored_rows,
    some_rows,
    strongest,
    telling_rows_apart,
)

_SIZE = 40
_LEAST_WEIGHT = 0.02
_FEW_ROWS = 1_000
_FEW_CANDIDATES = 4
_BAGS = 10
_BAG_SHARE = 0.8
_SLOW_CALLS = 600
"""Calls of a slow metric, some milliseconds each, in one selection."""

_SLOW_SECONDS = 10.0
"""What so many calls of the slowest of scikit-learn's metrics take on some thousand rows."""

_LEAST_ROUNDS = 2
"""Additions below which less candidates are looked at: each alone, and each beside the best."""

_SHORTEST_CALL = 1e-6
_LARGEST_CELLS = 10_000_000
"""Predictions that are compared; of more a part of the rows is taken."""


@dataclass(frozen=True, slots=True)
class Selection:
    """An ensemble of candidates.

    Attributes
    ----------
    weights : dict of int to float
        By number of trial, the largest first; they add up to 1.
    loss : float
        Mean loss over ``folds`` of the ensemble, on the rows that it was selected by.
    folds : tuple of int
    """

    weights: dict[int, float]
    loss: float
    folds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRules:
    """How to select.

    Attributes
    ----------
    size : int
        Additions of one greedy run; 1 takes the best candidate.
    bags : int or None
        Greedy runs on parts of the candidates and rows, whose weights are averaged; 1 for a single
        run on everything. None: 10 for less than 1,000 rows and at least 4 candidates, else 1.
    max_rows : int or None
        A random part of more rows than this is selected by. None: of more rows than hold 10 million
        predictions of all candidates.
    slow_calls : int
        Calls of a metric that takes milliseconds; `size` shrinks to keep to it.
    slow_seconds : float
        That these calls may take where there is a deadline: a call is measured, and of fewer than
        there is time for, less candidates are looked at. Without a deadline no time is looked at.
    seed : int
    deadline : float or None
        Moment of the clock at which the best so far is taken, within about a call of the metric.
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
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules | None = None,
) -> Selection:
    """Choose members and weights on the folds that all candidates share.

    The ensemble is never worse, on the rows that it was selected by, than the best candidate, which
    is what is left where there is no time for more.
    Weights below 2 % are dropped. Neither the order of the candidates nor rows of weight 0 matter.

    Parameters
    ----------
    candidates : sequence of Candidate
        The 50 best of them and the best of each family are considered, 10 for slow metrics.
    truths : mapping of int to Truth
        For each fold that the candidates share.
    metric : Metric
    rules : SelectionRules, default=None

    Raises
    ------
    ValueError
        When there are no candidates, or they share no fold.
    """
    rules = rules or SelectionRules()
    if not candidates or not shared_folds(candidates):
        raise ValueError(
            f"{len(candidates)} candidates share no fold to select an ensemble on. "
            "`choose_pool` finds candidates that do."
        )
    pool = strongest(candidates, most_candidates(metric))
    if only_orders(metric):
        pool = telling_rows_apart(pool)
    pool, truths = scored_rows(pool, truths)
    folds = tuple(truths)
    if not folds:
        return Selection({pool[0].number: 1.0}, math.inf, ())
    pool = sorted(pool, key=lambda c: (c.loss(folds), c.cost, c.number))
    best = pool[0]
    alone = Selection({best.number: 1.0}, best.loss(folds), folds)
    if len(pool) == 1 or rules.size == 1:
        return alone
    if not metric.fast:
        selection = _slowly(pool, truths, metric, rules)
        return alone if selection is None else min(alone, selection, key=lambda s: s.loss)
    pool.sort(key=lambda c: c.number)
    return min(_attempts(pool, truths, metric, rules, alone), key=lambda s: s.loss)


def _slowly(
    ranked: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules,
) -> Selection | None:
    """Return what is selected by a metric that takes milliseconds or more, as time allows.

    Parameters
    ----------
    ranked : sequence of Candidate
        The best first.
    truths, metric, rules
        As of `select`.
    """
    n_folds, n_kept, n_calls, until = len(truths), len(ranked), rules.slow_calls, math.inf
    if rules.deadline is not None:
        started = rules.clock()
        if started >= rules.deadline:
            return None
        seconds = _seconds_of_call(ranked[0], truths, metric, rules.clock)
        # The ensemble that is found is to be scored on each fold.
        until = min(rules.deadline, started + rules.slow_seconds) - (n_folds + 1) * seconds
        n_timely = max(0, int((until - rules.clock()) / seconds))
        n_kept = min(n_kept, n_timely // (_LEAST_ROUNDS * n_folds))
        n_calls = min(n_calls, n_timely)
    if n_kept < 2:
        return None
    pool = sorted(ranked[:n_kept], key=lambda c: c.number)
    size = min(rules.size, max(_LEAST_ROUNDS, n_calls // (n_kept * n_folds)))
    part, part_truths = _compared(pool, truths, rules)
    weights = _greedy(part, part_truths, metric, size, lambda: rules.clock() >= until)
    if not weights:
        return None
    kept = trimmed(weights)
    return Selection(kept, _loss_in_time(pool, kept, truths, metric, rules), tuple(truths))


def _seconds_of_call(
    candidate: Candidate, truths: Mapping[int, Truth], metric: Metric, clock: Clock
) -> float:
    """Measure a call of the metric, on the largest fold."""
    fold = max(truths, key=lambda f: len(truths[f].y))
    started = clock()
    metric.safe_loss(truths[fold].y, candidate.predictions[fold], truths[fold].weight)
    return max(clock() - started, _SHORTEST_CALL)


def _loss_in_time(
    pool: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules,
) -> float:
    """Return the mean loss of an ensemble over the folds; infinite when the deadline passes."""
    losses = []
    for fold, truth in truths.items():
        if rules.is_over():
            return math.inf
        losses.append(mixture_loss(pool, weights, {fold: truth}, metric))
    return float(np.mean(losses))


def _attempts(
    pool: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules,
    alone: Selection,
) -> list[Selection]:
    """Return the selected ensemble and, where it is no better, what it falls back to."""
    n_rows = sum(len(truth.y) for truth in truths.values())
    part, part_truths = _compared(pool, truths, rules)

    def finished(weights: dict[int, float]) -> Selection:
        kept = trimmed(weights)
        return Selection(kept, mixture_loss(pool, kept, truths, metric), tuple(truths))

    bags = rules.bags
    if bags is None:
        bags = _BAGS if n_rows < _FEW_ROWS and len(pool) >= _FEW_CANDIDATES else 1
    if bags > 1:
        bagged = finished(_bagged(part, part_truths, metric, rules, bags))
        if bagged.loss < alone.loss or rules.is_over():
            return [bagged, alone]
    weights = _greedy(part, part_truths, metric, rules.size, rules.is_over)
    return [alone, finished(weights)] if weights else [alone]


def _compared(
    pool: Sequence[Candidate], truths: Mapping[int, Truth], rules: SelectionRules
) -> tuple[Sequence[Candidate], Mapping[int, Truth]]:
    """Return candidates with the rows that they are compared on: a part where these are many."""
    n_rows = sum(len(truth.y) for truth in truths.values())
    max_rows = rules.max_rows
    if max_rows is None:
        max_rows = _LARGEST_CELLS // (len(pool) * pool[0].predictions[next(iter(truths))].shape[1])
    if n_rows <= max_rows:
        return pool, truths
    return some_rows(pool, truths, max_rows / n_rows, rules.seed)


def _greedy(
    pool: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    size: int,
    should_stop: Callable[[], bool],
) -> dict[int, float]:
    costs = np.array([candidate.cost for candidate in pool])
    objective = objective_for(pool, truths, metric, should_stop)
    counts = greedy_counts(objective, costs, size, should_stop)
    total = counts.sum()
    return {c.number: float(n / total) for c, n in zip(pool, counts, strict=True) if n}


def _bagged(
    pool: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules,
    bags: int,
) -> dict[int, float]:
    """Mean weights of greedy runs on 80 % of the candidates and 80 % of the rows."""
    total = dict.fromkeys((candidate.number for candidate in pool), 0.0)
    size = max(1, rules.size // 2)  # The mean over bags has finer weights anyway.
    for bag in range(bags):
        chosen = _some_candidates(pool, generator(rules.seed, "bag", bag))
        part, part_truths = some_rows(
            chosen, truths, _BAG_SHARE, derive_seed(rules.seed, "bag", bag)
        )
        weights = _greedy(part, part_truths, metric, size, rules.is_over)
        for number, weight in weights.items():
            total[number] += weight
        if rules.is_over():
            break
    whole = sum(total.values())
    if whole == 0:
        return {pool[0].number: 1.0}
    return {number: weight / whole for number, weight in total.items()}


def _some_candidates(pool: Sequence[Candidate], rng: np.random.Generator) -> list[Candidate]:
    n_chosen = math.ceil(_BAG_SHARE * len(pool))
    positions: NDArray[np.intp] = np.sort(rng.permutation(len(pool))[:n_chosen])
    return [pool[i] for i in positions]


def trimmed(weights: Mapping[int, float], least: float = _LEAST_WEIGHT) -> dict[int, float]:
    """Drop weights below ``least``, unless all are, and make the others add up to 1.

    Returns
    -------
    dict
        The largest weight first; of equals, the lower number.
    """
    bound = min(least, max(weights.values()))
    kept = {number: weight for number, weight in weights.items() if weight >= bound}
    total = sum(kept.values())
    order = sorted(kept, key=lambda number: (-kept[number], number))
    return {number: kept[number] / total for number in order}
