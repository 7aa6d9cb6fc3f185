"""Prunes an ensemble to limits on its size and its prediction time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from autoskl.core.metrics import Metric
from autoskl.ensembles.candidate import Candidate, Targets, mixture_loss
from autoskl.ensembles.decision import apply_common_decision
from autoskl.ensembles.pruning import prune
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord
from autoskl.search.ensemble_state import EnsembleState

MAX_BYTES = 300 * 2**20
"""Maximum total size of the model files."""

_MAX_SECONDS = 6.0
"""Maximum core-seconds to predict 10,000 rows, for up to four classes."""

_MANY_CLASSES = 5
_MAX_SECONDS_MANY_CLASSES = 12.0
"""The same for more classes, where a single fold model of boosted trees takes up to 6 s."""


def max_predict_microseconds(n_outputs: int) -> int:
    """Return the maximum time to predict 10,000 rows, on one core.

    Parameters
    ----------
    n_outputs : int
    """
    seconds = _MAX_SECONDS_MANY_CLASSES if n_outputs >= _MANY_CLASSES else _MAX_SECONDS
    return int(1e6 * seconds)


def prune_to_limit(
    state: EnsembleState,
    history: History,
    pool: Callable[[], tuple[Sequence[Candidate], Targets]],
    metric: Metric,
    *,
    sizes_of: Callable[[TrialRecord], list[int]],
    limit: int,
    should_stop: Callable[[], bool],
) -> None:
    """Drop members and fold models of an ensemble until their total size is within a limit.

    Parameters
    ----------
    state : EnsembleState
        Changed in place.
    history : History
    pool : callable
        Returns the candidates with the folds of the selection, and the targets of these folds.
    metric : Metric
    sizes_of : callable
        Returns the size of each fold model of a trial, in any unit.
    limit : int
    should_stop : callable
        See `prune`.
    """
    if state.selection is None:
        return
    sizes = {n: sizes_of(history.record(n))[: state.n_models.get(n)] for n in state.weights}
    if not all(sizes.values()) or sum(map(sum, sizes.values())) <= limit:
        return
    candidates, targets = pool()
    members = apply_common_decision(candidates, targets, metric, only=state.weights)
    pruned = prune(
        state.weights,
        sizes,
        lambda weights: mixture_loss(members, weights, targets, metric),
        limit,
        should_stop,
    )
    state.n_models = pruned.n_models
    state.selection = replace(state.selection, weights=pruned.weights)
    state.loss = mixture_loss(members, pruned.weights, targets, metric)
