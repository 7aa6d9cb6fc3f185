"""TabICL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.learners.downloaded_weights import tabicl_weights
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, ordinal, space_of

_MOST_ROWS = 100_000
_MOST_COLUMNS = 2_000
_MOST_CLASSES = 10


class TabICL(Component):
    """A transformer that reads columns, then rows, then the table; made for larger tables.

    It is used where its package is installed and its weights lie on this machine, which autoskl
    never downloads, and within the sizes for which it is documented. The licence of the weights is
    theirs.

    References
    ----------
    J. Qu, D. Holzmüller, G. Varoquaux, M. Le Morvan. "TabICL: A tabular foundation model for
    in-context learning on large data". ICML, 2025.
    """

    role = Role.MODEL
    tags = Tags(missing=True, needs=("tabicl",))
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return how many orders of columns and classes are averaged."""
        return space_of(ordinal("n_estimators", [1, 2, 4, 8], 4))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that keeps the rows and reads them when it predicts.

        Raises
        ------
        ValueError
            When the weights are not on this machine.
        """
        from autoskl.components.learners.in_context import InContextClassifier, InContextRegressor

        classification = context.task.is_classification
        weights = tabicl_weights(classification=classification)
        if weights is None:
            raise ValueError(
                "The weights of TabICL are not on this machine, and are never downloaded in a fit. "
                "Download them with its own tools, or leave 'tabicl' out."
            )
        arguments: dict[str, Any] = {
            **values,
            "model_path": str(weights),
            "allow_auto_download": False,
            "device": context.device,
            "random_state": context.seed % 2**31,
        }
        return (InContextClassifier if classification else InContextRegressor)(
            "tabicl",
            "TabICLClassifier" if classification else "TabICLRegressor",
            arguments,
            max_rows=_MOST_ROWS,
            random_state=context.seed,
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the weights are here and the table is of a size that it was made for."""
        inside = shape.n_rows <= _MOST_ROWS and shape.n_columns <= _MOST_COLUMNS
        weights = tabicl_weights(classification=shape.n_classes > 1)
        return inside and shape.n_classes <= _MOST_CLASSES and weights is not None

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for reading the rows and predicting a quarter as many."""
        rows = min(shape.n_rows, _MOST_ROWS)
        orders = float(values.get("n_estimators") or 4)
        each = (2e-3 * rows + 2e-7 * rows**2) * (0.3 + shape.n_columns / 40)
        seconds = 1.0 + orders * each + 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=1e9 + 2e4 * rows * (1 + shape.n_columns / 10))
