"""What the libraries of boosted trees have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context


def built(
    kinds: tuple[Any, Any],
    parameters: Mapping[str, Any],
    context: Context,
    most_levels: float = math.inf,
) -> Any:
    """Return an unfitted `StagedBoosting` that keeps to the deadline.

    Parameters
    ----------
    kinds : tuple of two classes
        For classes and for values.
    parameters : mapping of str to value
        Of the library, by its own names, and ``n_estimators``, the most rounds.
    context : Context
    most_levels : float, default=inf
        Codes of columns with more levels are taken for numbers.
    """
    classifier, regressor = kinds
    own = dict(parameters)
    rounds = own.pop("n_estimators")
    return (classifier if context.task.is_classification else regressor)(
        parameters=own,
        n_estimators=rounds,
        categorical=tuple(
            i for i in context.categorical if context.columns[i].n_levels <= most_levels
        ),
        random_state=context.seed,
        n_jobs=context.threads,
    ).under(context)
