"""Base class of column selectors."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.tables.columns import Column


class Selector(Component):
    """Keep a subset of the columns."""

    role = Role.SELECTOR
    tags = Tags(sparse=True, uses_target=True, weights=False)
    weight = 0.3

    def share(self, values: Mapping[str, Value]) -> float:
        """Return the fraction of columns that will be kept, if known before the fit, else 1."""
        return 1.0

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return as many columns as will be kept; which ones is unknown before the fit."""
        n_kept = max(round(self.share(values) * len(context.columns)), 1)
        return context.columns[:n_kept]
