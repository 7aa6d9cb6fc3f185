"""Warm start of an optimizer from earlier results, also from an overlapping space."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial
from autoskl.optimizers.configuration_mapping import map_configuration
from autoskl.optimizers.observation import Observation, observe
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count, check_flag

Result = Observation | tuple[Trial, float]


@dataclass(frozen=True, slots=True)
class WarmStart:
    """Summary of a warm start.

    Attributes
    ----------
    n_used : int
        Results that the optimizer learned.
    n_enqueued : int
        Configurations to evaluate again, before anything else: the best of those that had to be
        changed, since their results no longer hold, and the best ones that are to be repeated.
    n_dropped : int
        Results that cannot be mapped to the space, at a fidelity that is not on the ladder, or
        repeated.
    reasons : mapping of str to int
        What was changed or dropped, with the number of results affected.
    """

    n_used: int
    n_enqueued: int
    n_dropped: int
    reasons: Mapping[str, int]

    def __str__(self) -> str:
        summary = (
            f"{self.n_used} results used, {self.n_enqueued} configurations to be evaluated again, "
            f"{self.n_dropped} results dropped"
        )
        return "; ".join([summary, *(f"{reason} ({n})" for reason, n in self.reasons.items())])


def warm_start(
    optimizer: Optimizer,
    results: Iterable[Result],
    *,
    max_changed: int = 10,
    repeat: int = 0,
    other_task: bool = False,
) -> WarmStart:
    """Give a new optimizer the results of an earlier search.

    Parameters
    ----------
    optimizer : Optimizer
        A new one.
    results : iterable of Observation, or of (Trial, loss)
        In the order asked: ``observations`` of another optimizer, or `trial_losses` of an
        estimator's ``history_.records``.
    max_changed : int, default=10
        Maximum number of configurations to evaluate again because they had to be changed.
    repeat : int, default=0
        Number of unchanged configurations to evaluate again nevertheless, for searches that need
        the models of their trials.
    other_task : bool, default=False
        Whether the results belong to another task. They are then only transferred, not taken as own
        results: see `Archive.transfer`.

    Returns
    -------
    WarmStart
        What was used and what was not, with reasons.

    Raises
    ------
    ValueError
        If the optimizer has been asked for trials already, or an option is not valid.
    """
    check_count("max_changed", max_changed, 0)
    check_count("repeat", repeat, 0)
    check_flag("other_task", other_task)
    fidelities = {rung.fidelity for rung in optimizer.ladder.rungs}
    observations: list[Observation] = []
    changed: list[Observation] = []
    seen: set[tuple[Any, ...]] = set()
    reasons: Counter[str] = Counter()
    n_dropped = 0
    for result in results:
        earlier = _observation(result)
        mapped = map_configuration(earlier.trial.configuration, optimizer.space)
        remarks = list(mapped.reasons)
        key = (mapped.configuration, earlier.trial.fidelity)
        if mapped.is_exact and earlier.trial.fidelity not in fidelities:
            remarks.append("the ladder has no such fidelity")
        elif mapped.is_exact and key in seen:
            remarks.append("the result is repeated")
        reasons.update(remarks)
        if mapped.configuration is None or (mapped.is_exact and remarks):
            n_dropped += 1
        else:
            seen.add(key)
            kept = observations if mapped.is_exact else changed
            trial = replace(earlier.trial, number=len(kept), configuration=mapped.configuration)
            kept.append(replace(earlier, trial=trial))
    if other_task:
        optimizer.archive.transfer(observations)
    else:
        optimizer.restore([o.trial for o in observations], observations, earlier=True)
    known = {observation.trial.configuration for observation in observations}
    new = [o for o in changed if o.trial.configuration not in known]
    queue = [*_best(_at_highest_fidelity(observations), repeat), *_best(new, max_changed)]
    optimizer.enqueue(queue)
    return WarmStart(len(observations), len(queue), n_dropped, dict(reasons))


def _observation(result: Result) -> Observation:
    """Return a result as an observation; a loss that is not finite counts as a failure."""
    if isinstance(result, Observation):
        return observe(result.trial, result.loss, result.seconds, result.failed)
    return observe(*result)


def _best(observations: Iterable[Observation], n: int) -> list[Configuration]:
    """Return the n best distinct configurations, by fidelity first and then by loss."""
    ordered = sorted((o for o in observations if not o.failed), key=lambda o: o.loss)
    ordered.sort(key=lambda o: o.trial.fidelity, reverse=True)
    return list(dict.fromkeys(o.trial.configuration for o in ordered))[:n]


def _at_highest_fidelity(observations: Iterable[Observation]) -> list[Observation]:
    """Return the successful results at the highest fidelity that was reached."""
    successful = [o for o in observations if not o.failed]
    top = max((o.trial.fidelity for o in successful), default=None)
    return [o for o in successful if o.trial.fidelity == top]
