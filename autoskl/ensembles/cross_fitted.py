"""The score that an ensemble may be told to have.

On the rows that its weights were chosen by, an ensemble looks better than it is. Here the weights,
the post-processing and the numbers of iterations for each fold are chosen on the other folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.decision import with_common_decision
from autoskl.ensembles.pool import scored_rows
from autoskl.ensembles.post_processing import post_processed_loss, post_processing_of
from autoskl.ensembles.selection import SelectionRules, select

_PARTS = 5


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """Honest loss of the ensemble.

    Attributes
    ----------
    losses : dict of int to float
        By fold; parts of the fold where there is only one.
    """

    losses: dict[int, float]

    @property
    def loss(self) -> float:
        """Mean loss over the folds; infinite without any."""
        return float(np.mean([*self.losses.values()])) if self.losses else math.inf


def loss_on_all_folds(
    loss: float, candidates: Sequence[Candidate], some: Collection[int], whole: Collection[int]
) -> float:
    """Return what a loss on some of the folds would be on all of them.

    Folds differ in difficulty, so that an ensemble of candidates that were fitted on few folds
    would be told the loss of these folds. What all of them are like is known from the best
    candidate that has them: where it does better on all, by the ratio, so that a loss that cannot
    be below 0 is not; where it does worse, by the ratio or the difference, whichever is less: it
    may be much worse than the ensemble, and the difference then as large, or perfect on some.

    Parameters
    ----------
    loss : float
    candidates : sequence of Candidate
    some : collection of int
        The folds whose mean loss is known.
    whole : collection of int
        All folds.

    Returns
    -------
    float
        The loss itself when no candidate has all folds, or when all are known.
    """
    if not some or set(whole) <= set(some):
        return loss
    complete = [c for c in candidates if set(whole) | set(some) <= set(c.predictions)]
    pairs = [(c.loss(whole), c.loss(some)) for c in complete]
    finite = [pair for pair in pairs if all(map(math.isfinite, pair))]
    if not finite:
        return loss
    on_all, on_some = min(finite)
    added = loss + on_all - on_some
    if not (loss > 0 and on_all >= 0 and on_some > 0):
        return added
    multiplied = loss * on_all / on_some
    return multiplied if on_all < on_some else min(multiplied, added)


def loss_on_unseen(
    loss: float, crossed: CrossFitted, n_folds: int, seen: Callable[[int], float]
) -> float:
    """Return the loss of an ensemble on unseen rows, also when not all folds were cross-fitted.

    Folds differ in difficulty. So what is taken from those that were is how much worse the ensemble
    does on rows that its weights were not chosen by, and not their mean loss.

    Parameters
    ----------
    loss : float
        On the rows of all folds, which its weights were chosen by.
    crossed : CrossFitted
    n_folds : int
    seen : callable
        Gives the loss on the rows of a fold, which the weights were chosen by.
    """
    if not crossed.losses or not math.isfinite(crossed.loss):
        return loss
    if len(crossed.losses) >= n_folds:
        return crossed.loss
    return loss + float(np.mean([told - seen(fold) for fold, told in crossed.losses.items()]))


def better_constant(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    honest: float,
    folds: Iterable[int],
) -> Candidate | None:
    """Return the constant model if the ensemble is worse on rows that chose nothing of it.

    Where there is nothing to be learned, models that were selected for their luck are worse than
    what looks at nothing.

    Parameters
    ----------
    candidates : sequence of Candidate
    weights : mapping of int to float
        Of the ensemble.
    honest : float
        Its loss on such rows of the folds.
    folds : iterable of int
        Those that it was selected on.
    """
    constant = next((c for c in candidates if c.family == "constant"), None)
    if constant is None or set(weights) == {constant.number}:
        return None
    return constant if constant.loss(folds) < honest else None


def cross_fitted(
    candidates: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules | None = None,
) -> CrossFitted:
    """Return the losses of ensembles on each fold that were selected on the other folds.

    A single fold is cut into five parts. Rows that are held out in several folds are never used to
    choose the weights that they are then predicted with.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
    metric : Metric
    rules : SelectionRules, default=None
        When the deadline passes, the folds done so far are returned, at least one. A metric that
        takes milliseconds or more may have no time for that one, nor for all candidates.

    Returns
    -------
    CrossFitted
        Without losses when there is nothing to choose weights by: one row, or the same rows in all
        folds.
    """
    rules = rules or SelectionRules(size=20)
    pool, truths = scored_rows(candidates, truths)
    if len(truths) == 1:
        pool, truths = _in_parts(pool, truths, metric, rules)
    n_folds = max(len(truths), 1)
    rules = replace(
        rules,
        slow_calls=rules.slow_calls // n_folds,
        slow_seconds=min(rules.slow_seconds, rules.seconds_left()) / n_folds,
    )
    losses: dict[int, float] = {}
    for fold, truth in truths.items():
        others = _other_rows(truths, fold)
        if not others:
            continue
        part, part_truths = _part(pool, truths, others, metric, rules)
        if not part:
            break
        decided = with_common_decision(part, part_truths, metric)
        weights = select(decided, part_truths, metric, rules).weights
        if rules.is_over() and not metric.fast:
            break
        post_processing = post_processing_of(part, weights, part_truths, metric)
        unseen = [candidate.as_unseen(fold) for candidate in pool]
        losses[fold] = post_processed_loss(unseen, weights, {fold: truth}, metric, post_processing)
        if rules.is_over():
            break
    return CrossFitted(losses)


def _other_rows(truths: Mapping[int, Truth], fold: int) -> dict[int, IntArray]:
    """Positions in the other folds of the rows that are not held out in this one."""
    held_out = truths[fold].rows
    others = {
        other: np.flatnonzero(~np.isin(truth.rows, held_out))
        for other, truth in truths.items()
        if other != fold
    }
    return {other: rows for other, rows in others.items() if len(rows)}


def _part(
    pool: Sequence[Candidate],
    truths: Mapping[int, Truth],
    chosen: Mapping[int, IntArray],
    metric: Metric,
    rules: SelectionRules,
) -> tuple[list[Candidate], dict[int, Truth]]:
    """Keep the chosen rows; losses are computed anew where some are missing."""
    kept = {fold: truths[fold].take(rows) for fold, rows in chosen.items()}
    candidates = []
    for candidate in _in_time(pool, metric, rules):
        part = candidate.take(chosen)
        known = {f: candidate.losses[f] for f in kept if len(kept[f].y) == len(truths[f].y)}
        losses = _losses(part.predictions, kept, metric, rules, known)
        if losses is None:
            break
        candidates.append(replace(part, losses=losses))
    return _sorted(candidates), kept


def _in_parts(
    pool: Sequence[Candidate], truths: Mapping[int, Truth], metric: Metric, rules: SelectionRules
) -> tuple[list[Candidate], dict[int, Truth]]:
    """Cut the only fold into parts with about the same share of each class."""
    ((fold, truth),) = truths.items()
    order = generator(rules.seed, "parts").permutation(len(truth.y))
    if not np.issubdtype(truth.y.dtype, np.floating):
        order = order[np.argsort(truth.y[order], kind="stable")]
    n_parts = min(_PARTS, len(order))
    parts = {part: np.sort(order[part::n_parts]) for part in range(n_parts)}
    kept = {part: truth.take(rows) for part, rows in parts.items()}
    candidates = []
    for candidate in _in_time(pool, metric, rules):
        predictions = {part: candidate.predictions[fold][rows] for part, rows in parts.items()}
        losses = _losses(predictions, kept, metric, rules, {})
        if losses is None:
            break
        crossed = {}
        if fold in candidate.crossed:
            crossed = {part: candidate.crossed[fold][rows] for part, rows in parts.items()}
        candidates.append(
            replace(candidate, predictions=predictions, losses=losses, crossed=crossed)
        )
    return _sorted(candidates), kept


def _losses(
    predictions: Mapping[int, FloatArray],
    truths: Mapping[int, Truth],
    metric: Metric,
    rules: SelectionRules,
    known: Mapping[int, float],
) -> dict[int, float] | None:
    """Return losses by fold, None where the deadline passes before a slow metric has told all."""
    losses = {}
    for fold, truth in truths.items():
        if fold in known:
            losses[fold] = known[fold]
            continue
        if not metric.fast and rules.is_over():
            return None
        losses[fold] = metric.safe_loss(truth.y, predictions[fold], truth.weight)
    return losses


def _in_time(
    pool: Sequence[Candidate], metric: Metric, rules: SelectionRules
) -> Iterator[Candidate]:
    """Yield candidates; by a slow metric the best first, for half of the time that is left.

    Each of them is to be scored anew, which by such a metric may take longer than there is time.
    """
    if metric.fast or rules.deadline is None:
        yield from pool
        return
    end = rules.deadline - rules.seconds_left() / 2
    for candidate in sorted(pool, key=lambda c: (c.loss(c.losses), c.number)):
        if rules.clock() >= end:
            return
        yield candidate


def _sorted(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: candidate.number)
