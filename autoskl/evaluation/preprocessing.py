"""Fit the steps before the model, with the weights of the rows where a step takes them."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.pipelines.builder import request_weights


def fit_preprocessing(pipeline: Any, X: Any, y: NDArray[Any], weight: NDArray[Any] | None) -> Any:
    """Fit all steps but the last and return the transformed rows.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Its steps are fitted in place.
    X : array or sparse array of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,) or None
    """
    from sklearn import config_context
    from sklearn.utils.metadata_routing import get_routing_for_object

    if len(pipeline) == 1:
        return X
    steps = pipeline[:-1]
    if weight is None:
        return steps.fit_transform(X, y)
    request_weights(steps)
    with config_context(enable_metadata_routing=True):
        wanted = get_routing_for_object(steps).consumes("fit", {"sample_weight"})
        return steps.fit_transform(X, y, **dict.fromkeys(wanted, weight))


def looks_at_target(configuration: Configuration) -> bool:
    """Whether a step before the model learns from y, so that it must be fitted fold by fold."""
    roles = [role for role in Role if role is not Role.MODEL and role in configuration]
    return any(component(str(configuration[role])).tags.uses_target for role in roles)
