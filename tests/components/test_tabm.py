from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autoskl.components.component import Shape  # noqa: E402
from autoskl.components.models.tabm import TabM, batch_size_for  # noqa: E402
from autoskl.neural import TabMClassifier  # noqa: E402

_LIBRARIES = 3e8


@pytest.mark.parametrize(
    "values",
    [
        {"k": 16, "width": 128, "n_blocks": 3, "mini": False},
        {"k": 32, "width": 64, "n_blocks": 1, "mini": True},
    ],
    ids=str,
)
def test_estimated_memory_is_that_of_one_step_of_all_folds(values: dict[str, Any]) -> None:
    n_rows, n_columns, n_folds = 64, 10, 5
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n_rows, n_columns)), np.arange(n_rows) % 2
    kept: dict[int, int] = {}

    def keep(tensor: Any) -> Any:
        kept[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
        return tensor

    models = [
        TabMClassifier(
            **values, n_epochs=1, batch_size=batch_size_for(n_rows), device="cpu", n_jobs=1
        )
        for _ in range(n_folds)
    ]
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        TabMClassifier.fit_together(models, [(X, y, None)] * n_folds, None, steps=1)
    shape = Shape(n_rows=n_rows, n_columns=n_columns, n_classes=2)
    planned = TabM().cost(values, shape).bytes - _LIBRARIES
    assert sum(kept.values()) < planned < 3 * sum(kept.values())
