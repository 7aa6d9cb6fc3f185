from __future__ import annotations

from dataclasses import replace

import pytest

from autoskl.components.component import Shape
from autoskl.core.task import Task
from autoskl.pipelines.default_space import default_space, drop_unsuitable
from autoskl.space import choice, space_of


@pytest.mark.parametrize("task", Task)
def test_hyperparameters_can_be_overridden_by_name(task: Task) -> None:
    space = default_space(task.value)
    wide = space.override("lightgbm:num_leaves", upper=4096)
    assert wide.parameters["lightgbm:num_leaves"].upper == 4096  # type: ignore[union-attr]
    assert len(wide) == len(space)
    assert {"encoder", "imputer", "scaler"} <= set(space.parameters)


def test_models_can_be_included_and_excluded() -> None:
    space = default_space("regression", include=["linear", "lightgbm"], exclude=["linear"])
    assert space.parameters["model"].levels == ("lightgbm",)


def test_unknown_tasks_are_rejected() -> None:
    with pytest.raises(
        ValueError, match=r"one of binary, multiclass, regression. Got 'clustering'"
    ):
        default_space("clustering")


def test_models_that_do_not_suit_large_tables_are_dropped() -> None:
    space = default_space("binary")
    small = Shape(n_rows=500, n_columns=5, n_classes=2)
    assert drop_unsuitable(space, Task.BINARY, small) is space
    large = drop_unsuitable(space, Task.BINARY, replace(small, n_rows=50_000))
    left = set(space.parameters["model"].levels or ()) - set(large.parameters["model"].levels or ())
    assert {"gaussian_process", "kernel_svm"} <= left
    assert not any(name.startswith("kernel_svm:") for name in large.parameters)


def test_other_spaces_stay_unchanged() -> None:
    shape = Shape(n_rows=50_000, n_columns=5)
    for space in (
        space_of(choice("a", [1, 2])),
        space_of(choice("model", ["gaussian_process"])),
        space_of(choice("model", ["mine", "lightgbm"])),
    ):
        assert drop_unsuitable(space, Task.REGRESSION, shape) is space


def test_models_for_other_tasks_are_dropped() -> None:
    space = space_of(choice("model", ["gaussian_process", "gaussian_naive_bayes", "linear"]))
    shape = Shape(n_rows=50_000, n_columns=5)
    left = drop_unsuitable(space, Task.REGRESSION, shape).parameters["model"].levels
    assert left == ("linear",)
