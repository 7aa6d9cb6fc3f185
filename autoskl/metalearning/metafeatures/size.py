"""Meta-features of the size of a table."""

from __future__ import annotations

from math import log2

from autoskl.tables.dataset import Dataset

NAMES = ("log_rows", "log_columns", "log_rows_per_column", "log_classes")


def size_features(dataset: Dataset) -> dict[str, float]:
    """Return base-2 logarithms of the rows, the columns, their ratio and the classes.

    Parameters
    ----------
    dataset : Dataset
    """
    rows, columns = max(dataset.n_rows, 1), max(dataset.n_columns, 1)
    return {
        "log_rows": log2(rows),
        "log_columns": log2(columns),
        "log_rows_per_column": log2(rows / columns),
        "log_classes": log2(max(dataset.n_classes, 1)),
    }
