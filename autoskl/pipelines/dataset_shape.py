"""The size of a whole table, for which components say whether they suit it."""

from __future__ import annotations

from autoskl.components.component import Shape
from autoskl.tables.dataset import Dataset
from autoskl.tables.skewness import is_skewed


def shape_of(dataset: Dataset) -> Shape:
    """Return the size of a dataset and what is known of the values to predict."""
    has_values = not dataset.task.is_classification
    return Shape(
        n_rows=dataset.n_rows,
        n_columns=dataset.width,
        n_classes=dataset.n_classes,
        has_negative_values=has_values and bool(dataset.y.min() < 0),
        has_skewed_values=has_values and is_skewed(dataset.y),
    )
