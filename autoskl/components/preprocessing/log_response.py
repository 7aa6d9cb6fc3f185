"""Values to predict on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class LogResponse(Component):
    """Fit the logarithm of values such as prices, whose differences grow with their size.

    What is predicted is transformed back, and corrected for the mean being larger than what the
    mean of logarithms gives.

    References
    ----------
    N. Duan. "Smearing estimate: a nonparametric retransformation method". JASA 78, 1983.
    """

    role = Role.RESPONSE
    tags = Tags(tasks=frozenset({Task.REGRESSION}), missing=True, sparse=True)

    def parameters(self, task: Task) -> Space:
        """Return what is added before the logarithm, as a share of the mean, and a power.

        Much of the first makes the scale linear. By the power of its value a row weighs.
        """
        return Space(
            [real("offset", 0.01, 3.0, 0.1, log=True), real("emphasis", 0.0, 1.0, 0.5)],
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the values are skewed and never below 0."""
        return shape.has_skewed_values and not shape.has_negative_values

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `LogScaler`, which is no step of a pipeline but gives a scale of the values."""
        from autoskl.components.learners.log_scale import LogScaler

        arguments: dict[str, Any] = dict(values)
        return LogScaler(**arguments)
