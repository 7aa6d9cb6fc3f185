"""Falls back to the constant model where an ensemble predicts unseen rows worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autoskl.ensembles.candidate import Candidate


def better_constant(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    loss: float,
    folds: Iterable[int],
) -> Candidate | None:
    """Return the constant model if it is better than the ensemble on unseen rows, else None.

    Where the features carry no signal, models that were selected by chance are worse than a
    constant.

    Parameters
    ----------
    candidates : sequence of Candidate
    weights : mapping of int to float
        Weights of the ensemble.
    loss : float
        Cross-fitted loss of the ensemble.
    folds : iterable of int
        Folds on which it was selected.
    """
    constant = next((c for c in candidates if c.family == "constant"), None)
    if constant is None or set(weights) == {constant.number}:
        return None
    return constant if constant.loss(folds) < loss else None
