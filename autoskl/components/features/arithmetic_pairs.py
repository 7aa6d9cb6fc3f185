"""Sums, differences, products and ratios of two columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of
from autoskl.tables.columns import Column, Kind


class ArithmeticPairs(Component):
    """Add the combinations of two columns that say more about the target than either column.

    References
    ----------
    U. Khurana, D. Turaga, H. Samulowitz, S. Parthasrathy. "Cognito: Automated feature engineering
    for supervised learning". ICDM Workshops, 2016.
    F. Horn, R. Pack, M. Rieger. "The autofeat Python library for automated feature engineering and
    selection". ECML PKDD Workshops, 2019.
    """

    role = Role.FEATURES
    tags = Tags(missing=True, uses_target=True, weights=False)
    weight = 0.6

    def parameters(self, task: Task) -> Space:
        """Return the number of combinations, the number of columns combined, and the operations."""
        return space_of(
            integer("n_features", 4, 64, 16, log=True),
            integer("most_base", 4, 40, 16, log=True),
            choice("operations", ["all", "linear", "multiplicative"], weights=[2, 1, 1]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns and the maximum number of combinations."""
        has_missing = any(column.has_missing for column in context.columns)
        new = Column("pair", Kind.NUMERIC, has_missing=has_missing)
        return (*context.columns, *(new for _ in range(_n_features(values, context))))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that selects the pairs."""
        from autoskl.components.transformers.arithmetic_pairs import ArithmeticPairsTransformer

        arguments: dict[str, Any] = dict(values)
        arguments["n_features"] = _n_features(values, context)
        classification = context.task.is_classification
        return ArithmeticPairsTransformer(
            **arguments, classification=classification, random_state=context.seed
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        base = min(float(values.get("most_base") or 16), shape.n_columns)
        screened = min(shape.n_rows, 2_000) * (2.5 * base**2 + shape.n_columns)
        output = shape.n_rows * (shape.n_columns + float(values.get("n_features") or 16))
        return Cost(
            seconds=5e-3 + 1.2e-7 * screened + 1e-8 * output, bytes=8.0 * (screened + output)
        )


def _n_features(values: Mapping[str, Value], context: Context) -> int:
    return min(int_value(values, "n_features"), max_new_columns(context.shape))
