"""Earlier results for a new search, also from another space that overlaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autoskl.core.configuration import Configuration, Value
from autoskl.core.trial import Trial
from autoskl.optimizers.observation import Observation, observe
from autoskl.optimizers.optimizer import Optimizer
from autoskl.space.space import Space

Result = Observation | tuple[Trial, float]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An earlier configuration in the terms of another space.

    Attributes
    ----------
    configuration : Configuration or None
        None where it has no place in the space.
    reasons : tuple of str
        What was changed, or why it has no place, in words.
    is_exact : bool
        Whether it is the same pipeline: nothing was changed.
    """

    configuration: Configuration | None
    reasons: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether nothing was changed."""
        return self.configuration is not None and not self.reasons


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What became of earlier results.

    Attributes
    ----------
    n_told : int
        Results that the optimizer learned as they are.
    n_enqueued : int
        Configurations that are tried again, first of all: the best of those that fit after a
        change, since their results no longer hold, and what was to be repeated.
    n_left_out : int
        Results without a place in the space, at a fidelity that is not on the ladder, or whose
        configuration was told already.
    reasons : mapping of str to int
        What was changed or left out, and for how many results.
    """

    n_told: int
    n_enqueued: int
    n_left_out: int
    reasons: Mapping[str, int]

    def __str__(self) -> str:
        told = (
            f"{self.n_told} results told, {self.n_enqueued} configurations to be tried again, "
            f"{self.n_left_out} left out"
        )
        return "; ".join([told, *(f"{reason} ({n})" for reason, n in self.reasons.items())])


def mapped(values: Mapping[str, Value], space: Space) -> Mapped:
    """Return a configuration of another space as one of this space.

    Hyperparameters that this space does not have are left out, those that are new get their
    defaults. A value that is not allowed leaves the configuration without a place, where it
    activates other hyperparameters (such as the choice of an algorithm); otherwise the default
    takes its place.

    Parameters
    ----------
    values : mapping of str to value
    space : Space
    """
    kept: dict[str, Value] = {}
    reasons: list[str] = []
    parents = {condition.parent for condition in space.conditions}
    for name, value in values.items():
        if name not in space:
            reasons.append(f"the space has no {name!r}")
            continue
        try:
            kept[name] = space.parameters[name].check(value)
        except ValueError:
            reasons.append(f"{name!r} cannot be {value!r}")
            if name in parents:
                return Mapped(None, tuple(reasons))
    try:
        configuration = space.complete(kept)
    except ValueError:
        return Mapped(None, (*reasons, "the combination is forbidden"))
    reasons += [f"{name!r} is new" for name in configuration if name not in kept]
    inactive = [name for name in kept if name not in configuration]
    reasons += [f"{name!r} is inactive" for name in inactive]
    return Mapped(configuration if kept else None, tuple(reasons))


def warm_start(
    optimizer: Optimizer,
    results: Iterable[Result],
    *,
    most: int = 10,
    repeat: int = 0,
    other_task: bool = False,
) -> WarmStart:
    """Give a new optimizer the results of an earlier search.

    Parameters
    ----------
    optimizer : Optimizer
        One that was not asked yet.
    results : iterable of Observation, or of (Trial, loss)
        In the order asked: ``observations`` of another optimizer, or `trial_losses` of an
        estimator's ``history_.records``.
    most : int, default=10
        Configurations at most that had to be changed and are to be tried again, the best ones.
    repeat : int, default=0
        Configurations that fit as they are and are to be tried again all the same, the best ones:
        for a search whose trials leave models behind.
    other_task : bool, default=False
        Whether the results are those of another task. They are then not taken for results, only
        borrowed: see `Archive.borrow`.

    Returns
    -------
    WarmStart
        What could be used and what could not, with reasons.

    Raises
    ------
    ValueError
        When the optimizer was asked already.
    """
    fidelities = {rung.fidelity for rung in optimizer.ladder.rungs}
    observations: list[Observation] = []
    changed: list[Observation] = []
    seen: set[tuple[Any, ...]] = set()
    reasons: Counter[str] = Counter()
    n_left_out = 0
    for result in results:
        earlier = _observation(result)
        found = mapped(earlier.trial.configuration, optimizer.space)
        why = list(found.reasons)
        key = (found.configuration, earlier.trial.fidelity)
        if found.is_exact and earlier.trial.fidelity not in fidelities:
            why.append("the ladder has no such fidelity")
        elif found.is_exact and key in seen:
            why.append("the configuration was told already")
        reasons.update(why)
        if found.configuration is None or (found.is_exact and why):
            n_left_out += 1
        else:
            seen.add(key)
            kept = observations if found.is_exact else changed
            trial = replace(earlier.trial, number=len(kept), configuration=found.configuration)
            kept.append(replace(earlier, trial=trial))
    if other_task:
        optimizer.archive.borrow(observations)
    else:
        optimizer.restore([o.trial for o in observations], observations, earlier=True)
    told = {observation.trial.configuration for observation in observations}
    new = [o for o in changed if o.trial.configuration not in told]
    queue = [*_best(_in_full(observations), repeat), *_best(new, most)]
    optimizer.enqueue(queue)
    return WarmStart(len(observations), len(queue), n_left_out, dict(reasons))


def _observation(result: Result) -> Observation:
    """Return a result as what is known of its trial; a loss that is not finite is a failure."""
    if isinstance(result, Observation):
        return observe(result.trial, result.loss, result.seconds, result.failed)
    return observe(*result)


def _best(observations: Iterable[Observation], n: int) -> list[Configuration]:
    """Return n different configurations: of the highest fidelities, those of the lowest losses."""
    found = sorted((o for o in observations if not o.failed), key=lambda o: o.loss)
    found.sort(key=lambda o: o.trial.fidelity, reverse=True)
    return list(dict.fromkeys(o.trial.configuration for o in found))[:n]


def _in_full(observations: Iterable[Observation]) -> list[Observation]:
    """Return the results at the highest fidelity that was reached, without failures."""
    found = [o for o in observations if not o.failed]
    top = max((o.trial.fidelity for o in found), default=None)
    return [o for o in found if o.trial.fidelity == top]
