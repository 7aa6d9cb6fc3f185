"""The shape of a dataset, by which components decide whether they suit it."""

from __future__ import annotations

from autoskl.components.component import Shape
from autoskl.tables.dataset import Dataset
from autoskl.tables.skewness import is_skewed


def shape_of(dataset: Dataset) -> Shape:
    """Return the size of a dataset and the properties of its regression target."""
    is_regression = not dataset.task.is_classification
    return Shape(
        n_rows=dataset.n_rows,
        n_columns=dataset.width,
        n_classes=dataset.n_classes,
        has_negative_values=is_regression and bool(dataset.y.min() < 0),
        has_skewed_values=is_regression and is_skewed(dataset.y),
    )
