"""Passive-aggressive models under the names that the installed scikit-learn has for them."""

from __future__ import annotations

from typing import Any

from sklearn import linear_model as library

_LOSSES = {
    (True, "pa1"): "hinge",
    (True, "pa2"): "squared_hinge",
    (False, "pa1"): "epsilon_insensitive",
    (False, "pa2"): "squared_epsilon_insensitive",
}
_SINCE = (1, 8)
"""From that version on the algorithms are steps of stochastic gradient descent."""


def linear_model(*, C: float, variant: str, classification: bool, **arguments: Any) -> Any:
    """Return a linear model.

    Parameters
    ----------
    C : float
        Largest step.
    variant : {"pa1", "pa2"}
        How steps grow with the loss: linearly up to the largest, or smoothly.
    classification : bool
    **arguments
        ``average``, ``max_iter`` and ``random_state``, which all versions take.
    """
    if _version() >= _SINCE:
        # Both names stand for one loss; the step is what differs.
        loss = _LOSSES[classification, "pa1"]
        model = library.SGDClassifier if classification else library.SGDRegressor
        return model(loss=loss, penalty=None, learning_rate=variant, eta0=C, **arguments)
    model = (
        library.PassiveAggressiveClassifier
        if classification
        else library.PassiveAggressiveRegressor
    )
    return model(C=C, loss=_LOSSES[classification, variant], **arguments)


def _version() -> tuple[int, int]:
    import sklearn

    major, minor, *_ = sklearn.__version__.split(".")
    return int(major), int(minor)
