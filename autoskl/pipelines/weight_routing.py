"""Requests for sample weights by scikit-learn's metadata routing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def request_weights(pipeline: Any) -> None:
    """Make all steps that accept sample weights request them.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Changed in place.
    """
    from sklearn import config_context
    from sklearn.utils.validation import has_fit_parameter

    with config_context(enable_metadata_routing=True):
        for estimator in _estimators(pipeline):
            if has_fit_parameter(estimator, "sample_weight"):
                estimator.set_fit_request(sample_weight=True)


def _estimators(pipeline: Any) -> Iterator[Any]:
    """Yield the steps of a pipeline and their nested estimators."""
    for parameter in pipeline.get_params(deep=True).values():
        if hasattr(parameter, "fit") and hasattr(parameter, "set_fit_request"):
            yield parameter
