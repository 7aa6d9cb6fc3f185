"""Builds the estimators of the boosted-tree libraries."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context


def build_boosting(
    classes: tuple[Any, Any],
    parameters: Mapping[str, Any],
    context: Context,
    max_levels: int = sys.maxsize,
) -> Any:
    """Return an unfitted `StagedBoosting` that respects the deadline.

    Parameters
    ----------
    classes : tuple of two classes
        Classifier and regressor.
    parameters : mapping of str to value
        Parameters of the library by their own names, and ``n_estimators``, the maximum rounds.
    context : Context
    max_levels : int, default=sys.maxsize
        Codes of columns with more levels are treated as numbers.
    """
    classifier, regressor = classes
    own = dict(parameters)
    rounds = own.pop("n_estimators")
    return (classifier if context.task.is_classification else regressor)(
        parameters=own,
        n_estimators=rounds,
        categorical=context.categorical_up_to(max_levels),
        random_state=context.seed,
        n_jobs=context.threads,
    ).with_context(context)
