from __future__ import annotations

import pytest

from autoskl.core.task import Task
from autoskl.pipelines.default_space import default_space
from autoskl.pipelines.space_validation import check_entries
from autoskl.space import Space, choice, constant, forbid, integer, real, space_of, when

MODEL = choice("model", ["linear", "lightgbm"])


@pytest.mark.parametrize("task", list(Task))
def test_the_default_spaces_are_valid(task: Task) -> None:
    check_entries(default_space(task), task)
    check_entries(default_space("binary"), Task.MULTICLASS)


def test_own_bounds_and_own_hyperparameters_that_others_depend_on_are_valid() -> None:
    space = space_of(
        MODEL,
        choice("size", ["small", "large"]),
        when("size", "large", integer("lightgbm:num_leaves", 300, 4096)),
        constant("linear:C", 1e9),
        choice("kind", ["trees", "others"]),
        forbid({"kind": "trees", "model": "linear"}),
    )
    check_entries(space, Task.BINARY)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (space_of(choice("scaler", ["standard"])), "must have a choice 'model' .* always active"),
        (space_of(choice("a", [1, 2]), when("a", 1, MODEL)), "must have a choice 'model'"),
        (space_of(MODEL, choice("scalar", ["x"])), "'scalar' .* has no effect.* mean 'scaler'"),
        (space_of(choice("model", ["linaer"])), "option 'linaer', .* Did you mean 'linear'"),
        (space_of(choice("model", ["standard"])), "'model' .* option 'standard', but there is no"),
        (space_of(MODEL, real("linear:CC", 0, 1)), "'linear:CC' .* Did you mean 'linear:C'"),
        (space_of(MODEL, real("linaer:C", 0, 1)), "no component 'linaer'. Did you mean 'linear'"),
        (
            space_of(MODEL, choice("linear:penalty", ["l3"])),
            "'linear:penalty' .* value 'l3', but must be one of 'l2', .* for the task binary.$",
        ),
        (space_of(MODEL, choice("linear:C", ["a"])), "value 'a', but must be a number"),
        (
            space_of(MODEL, real("lightgbm:num_leaves", 2, 9)),
            "value 2.0, but must be an integer",
        ),
        (
            space_of(MODEL, real("linear:alpha", 0, 1)),
            r"'linear:alpha' .* for the task binary. It is for the task regression. "
            r"Build the space with autoskl.default_space\('binary', ...\)",
        ),
        (
            space_of(MODEL, choice("linear:penalty", ["tuned_l2"])),
            "value 'tuned_l2', .* It is for the task regression. Build",
        ),
        (
            default_space("regression", include=["linear"]),
            "'response' .* for the task regression, but y makes it binary",
        ),
    ],
)
def test_entries_without_a_meaning_are_rejected(space: Space, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_entries(space, Task.BINARY)


def test_options_whose_packages_are_missing_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoskl.components.registry.is_installed", lambda name: name != "torch")
    with pytest.raises(ValueError, match=r"option 'tabm', .* needs torch, which is not installed"):
        check_entries(space_of(choice("model", ["tabm"])), Task.BINARY)


def test_a_space_without_models_for_the_task_is_rejected() -> None:
    space = default_space("binary", include=["gaussian_naive_bayes"])
    message = (
        r"\('gaussian_naive_bayes'\) are for the task binary or multiclass, but y makes it "
        r"regression.*default_space\('regression'"
    )
    with pytest.raises(ValueError, match=message):
        check_entries(space, Task.REGRESSION)
