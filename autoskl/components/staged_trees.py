"""What the libraries of boosted trees have in common."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context


def built(
    kinds: tuple[Any, Any],
    parameters: Mapping[str, Any],
    context: Context,
    most_levels: int = sys.maxsize,
) -> Any:
    """Return an unfitted `StagedBoosting` that keeps to the deadline.

    Parameters
    ----------
    kinds : tuple of two classes
        For classes and for values.
    parameters : mapping of str to value
        Of the library, by its own names, and ``n_estimators``, the most rounds.
    context : Context
    most_levels : int, default=sys.maxsize
        Codes of columns with more levels are taken for numbers.
    """
    classifier, regressor = kinds
    own = dict(parameters)
    rounds = own.pop("n_estimators")
    return (classifier if context.task.is_classification else regressor)(
        parameters=own,
        n_estimators=rounds,
        categorical=context.categorical_up_to(most_levels),
        random_state=context.seed,
        n_jobs=context.threads,
    ).under(context)
