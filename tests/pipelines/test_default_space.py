from __future__ import annotations

import pytest

from autoskl.components.component import Shape
from autoskl.core.task import Task
from autoskl.pipelines.default_space import default_space, suited
from autoskl.space import choice, space_of


@pytest.mark.parametrize("task", Task)
def test_it_can_be_changed_by_name(task: Task) -> None:
    space = default_space(task.value)
    wide = space.override("lightgbm:num_leaves", upper=4096)
    assert wide.parameters["lightgbm:num_leaves"].upper == 4096  # type: ignore[union-attr]
    assert len(wide) == len(space)
    assert {"encoder", "imputer", "scaler"} <= set(space.parameters)


def test_it_can_be_narrowed() -> None:
    space = default_space("regression", include=["linear", "lightgbm"], exclude=["linear"])
    assert space.parameters["model"].levels == ("lightgbm",)


def test_another_task_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"one of binary, multiclass, regression. Got 'clustering'"
    ):
        default_space("clustering")


def test_models_for_which_a_table_is_too_large_are_left_out() -> None:
    space = default_space("binary")
    assert suited(space, Shape(n_rows=500, n_columns=5, n_classes=2)) is space
    large = suited(space, Shape(n_rows=50_000, n_columns=5, n_classes=2))
    left = set(space.parameters["model"].levels or ()) - set(large.parameters["model"].levels or ())
    assert {"gaussian_process", "kernel_svm"} <= left
    assert not any(name.startswith("kernel_svm:") for name in large.parameters)


def test_spaces_of_other_things_stay_as_they_are() -> None:
    shape = Shape(n_rows=50_000, n_columns=5)
    for space in (
        space_of(choice("a", [1, 2])),
        space_of(choice("model", ["gaussian_process"])),
        space_of(choice("model", ["mine", "lightgbm"])),
    ):
        assert suited(space, shape) is space
