"""Target encoding of categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.component import Component, Context, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of, when
from autoskl.tables.columns import Column, Kind


class Target(Component):
    """Replace each category by the mean target of its rows, shrunk towards the overall mean.

    With several classes there is a column for each. Training rows are encoded by cross-fitting, so
    that no encoding contains the row's own target.

    References
    ----------
    D. Micci-Barreca. "A preprocessing scheme for high-cardinality categorical attributes in
    classification and prediction problems". SIGKDD Explorations, 2001.
    F. Pargent, F. Pfisterer, J. Thomas, B. Bischl. "Regularized target encoding outperforms
    traditional methods in supervised machine learning with high cardinality features".
    Computational Statistics, 2022.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True, uses_target=True, weights=False)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return the shrinkage of rare categories towards the overall mean."""
        return space_of(
            choice("smoothing", ["auto", "fixed"]),
            when("smoothing", "fixed", real("strength", 1.0, 200.0, 20.0, log=True)),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return one number per column, or per column and class."""
        per_class = context.shape.n_classes if context.task is Task.MULTICLASS else 1
        return tuple(
            replace(column, kind=Kind.NUMERIC, n_levels=0, has_missing=False)
            for column in context.columns
            for _ in range(per_class)
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the number of new columns is within the limit."""
        return shape.n_columns * shape.n_classes <= max_new_columns(shape)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `TargetEncoder`."""
        from autoskl.components.transformers.target_encoder import CrossFittedTarget

        smooth: Any = "auto" if values["smoothing"] == "auto" else values["strength"]
        return CrossFittedTarget(
            smooth,
            classification=context.task.is_classification,
            random_state=context.seed,
        )
