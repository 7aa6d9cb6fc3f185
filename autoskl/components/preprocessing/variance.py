"""Column selection by variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.selector import Selector
from autoskl.components.component import Context, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class Variance(Selector):
    """Drop columns with a small variance, such as indicators of rare categories.

    References
    ----------
    M. Kuhn, K. Johnson. "Applied Predictive Modeling", section 3.5. Springer, 2013.
    """

    tags = Tags(missing=True, sparse=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the minimum variance; a column that is 1 in 1 % of the rows has 0.0099."""
        return Space([real("threshold", 1e-5, 0.2, 1e-3, log=True)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `VarianceThreshold`."""
        from autoskl.components.transformers.variance_threshold import NonEmptyVarianceThreshold

        return NonEmptyVarianceThreshold(**values)
