"""The classifier's ``class_weight`` as a weight of each row."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray


def class_weight_of_rows(class_weight: Any, labels: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return the weight of the class of each row; None without ``class_weight``.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
    labels : ndarray of shape (n_samples,)

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or all rows have weight 0.
    """
    if class_weight is None:
        return None
    from sklearn.utils.class_weight import compute_sample_weight

    given = class_weight.values() if isinstance(class_weight, dict) else ()
    if not all(isinstance(value, Real) and math.isfinite(value) for value in given):
        raise ValueError(f"class_weight must hold finite numbers. Got {class_weight!r}.")
    weights: NDArray[np.float64] = compute_sample_weight(class_weight, labels)
    if weights.min() < 0:
        raise ValueError(f"class_weight must not be negative. Got {class_weight!r}.")
    if not weights.any():
        raise ValueError(
            f"class_weight={class_weight!r} leaves no row: give at least one class of y a weight "
            "above 0."
        )
    return weights
