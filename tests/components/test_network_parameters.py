from __future__ import annotations

import pytest

from autoskl.components.building.network_parameters import task_parameters
from autoskl.components.component import Context, Shape
from autoskl.core.task import Task


@pytest.mark.parametrize(
    ("judges_labels", "selection", "smoothing"),
    [(False, "log_loss", 0.0), (True, "error_rate", 0.1)],
)
def test_labels_are_smoothed_only_for_metrics_of_labels(
    judges_labels: bool, selection: str, smoothing: float
) -> None:
    shape = Shape(n_rows=100, n_columns=3, n_classes=2)
    context = Context(task=Task.BINARY, columns=(), shape=shape, judges_labels=judges_labels)
    found = task_parameters(context, label_smoothing=0.1)
    assert (found["selection"], found["label_smoothing"]) == (selection, smoothing)
