"""Logarithmic transformation of the regression target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class LogResponse(Component):
    """Fit the logarithm of targets such as prices, whose variation grows with their size.

    Predictions are transformed back and corrected for retransformation bias: the mean is larger
    than the exponential of the mean logarithm.

    References
    ----------
    N. Duan. "Smearing estimate: a nonparametric retransformation method". JASA 78, 1983.
    """

    role = Role.RESPONSE
    tags = Tags(tasks=frozenset({Task.REGRESSION}), missing=True, sparse=True)

    def parameters(self, task: Task) -> Space:
        """Return the offset before the logarithm, as a fraction of the mean, and the emphasis.

        A large offset makes the scale linear. Rows are weighted by a power of their value, the
        emphasis.
        """
        return Space(
            [real("offset", 0.01, 3.0, 0.1, log=True), real("emphasis", 0.0, 1.0, 0.5)],
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the target values are skewed and never negative."""
        return shape.has_skewed_values and not shape.has_negative_values

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `LogScaler`, which transforms the target and is not a pipeline step."""
        from autoskl.components.transformers.log_scale import LogScaler

        arguments: dict[str, Any] = dict(values)
        return LogScaler(**arguments)
