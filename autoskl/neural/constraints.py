"""Constraints on the estimators' parameters, in scikit-learn's notation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from autoskl.neural.arrays import ACTIVATIONS
from autoskl.neural.schedules import SCHEDULES

Constraints = Mapping[str, list[Any]]


class Each(Interval):  # type: ignore[misc]
    """A sequence of numbers that all lie in an interval."""

    def is_satisfied_by(self, val: Any) -> bool:
        """Whether all elements lie in the interval."""
        is_sequence = hasattr(val, "__iter__") and not isinstance(val, str)
        return is_sequence and all(super(Each, self).is_satisfied_by(each) for each in val)

    def __str__(self) -> str:
        return f"a sequence, each element of which is {super().__str__()}"


POSITIVE = Interval(Integral, 1, None, closed="left")
NOT_NEGATIVE = Interval(Real, 0, None, closed="left")
SHARE = Interval(Real, 0, 1, closed="left")
SIZES = Each(Integral, 1, None, closed="left")

SHARED: Constraints = {
    "n_epochs": [POSITIVE],
    "batch_size": [POSITIVE],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "weight_decay": [NOT_NEGATIVE],
    "dropout": [SHARE],
    "label_smoothing": [SHARE],
    "max_one_hot": [Integral],  # negative: columns without any level are embedded too
    "embedding_size": [POSITIVE],
    "loss": [StrOptions({"squared_error", "absolute_error"})],
    "categorical_features": [Each(Integral, 0, None, closed="left")],
    "validation_fraction": [SHARE],
    "device": [str],
    "n_jobs": [POSITIVE, Interval(Integral, None, -1, closed="right"), None],
    "random_state": ["random_state"],
}
"""Constraints on parameters that mean the same in all networks that have them."""

CLASSIFIER: Constraints = {"selection": [StrOptions({"log_loss", "error_rate"}), None]}
REGRESSOR: Constraints = {"selection": [StrOptions({"squared_error", "absolute_error"}), None]}

ACTIVATION = StrOptions(set(ACTIVATIONS))
SCHEDULE = StrOptions(set(SCHEDULES))


def or_none(*names: str) -> Constraints:
    """Return the shared constraints of some parameters that may also be None."""
    return {name: [*SHARED[name], None] for name in names}


def check_columns(columns: Sequence[int], n_columns: int) -> None:
    """Check that the categorical columns exist.

    Raises
    ------
    ValueError
        If one of them does not.
    """
    beyond = [int(column) for column in columns if column >= n_columns]
    if beyond:
        raise ValueError(
            f"categorical_features contains {beyond}, but X has only {n_columns} columns. "
            f"Column positions start at 0 and must be below {n_columns}."
        )
