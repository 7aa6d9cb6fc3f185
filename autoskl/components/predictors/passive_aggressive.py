"""Passive-aggressive models, by the names they have in the installed scikit-learn."""

from __future__ import annotations

from typing import Any

from sklearn import linear_model as library

_LOSSES = {
    (True, "pa1"): "hinge",
    (True, "pa2"): "squared_hinge",
    (False, "pa1"): "epsilon_insensitive",
    (False, "pa2"): "squared_epsilon_insensitive",
}
_SGD_VERSION = (1, 8)
"""From this version of scikit-learn on, the algorithms are learning rates of SGD."""


def linear_model(*, C: float, variant: str, classification: bool, **arguments: Any) -> Any:
    """Return a linear model.

    Parameters
    ----------
    C : float
        Maximum step size.
    variant : {"pa1", "pa2"}
        Whether steps grow with the loss linearly up to the maximum, or smoothly.
    classification : bool
    **arguments
        ``average``, ``max_iter`` and ``random_state``, which all versions accept.
    """
    if _version() >= _SGD_VERSION:
        # Both variants have the same loss; they differ in the learning rate.
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
