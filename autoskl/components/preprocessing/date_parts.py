"""Datetimes as calendar and clock components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.transformers.date_parts import DatePartsTransformer
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice
from autoskl.tables.columns import Column, Kind


class DateParts(Component):
    """Split datetimes into year, month, ..., second, day of the week, and differences in days.

    References
    ----------
    M. Christ, N. Braun, J. Neuffer, A. W. Kempa-Liehr. "Time series feature extraction on basis of
    scalable hypothesis tests". Neurocomputing, 2018.
    """

    role = Role.DATETIME
    tags = Tags(missing=True)
    weight = 3.0

    def parameters(self, task: Task) -> Space:
        """Return whether to add cyclic encodings and differences between columns."""
        return Space([choice("cyclic", [False, True]), choice("differences", [True, False])])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the typical number of parts that vary."""
        each = 12 if values["cyclic"] else 6
        return tuple(
            Column(f"{column.name} part {number}", Kind.NUMERIC, has_missing=column.has_missing)
            for column in context.columns
            for number in range(each)
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        factor = 1.5 if values["cyclic"] else 1.0
        return Cost(seconds=1e-3 + 7e-7 * factor * cells, bytes=240.0 * factor * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer from seconds to parts."""
        return DatePartsTransformer(
            cyclic=bool(values["cyclic"]), differences=bool(values["differences"])
        )
