from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration, read_candidates, write_candidates
from autoskl.metalearning.shipped import metadata_file
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind

NUMERIC = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC, has_missing=True))
MIXED = (*NUMERIC, Column("c", Kind.CATEGORICAL, n_levels=5))


def space(task: Task, columns: tuple[Column, ...] = MIXED) -> Space:
    n_classes = {Task.REGRESSION: 1, Task.BINARY: 2}.get(task, 4)
    shape = Shape(n_rows=500, n_columns=len(columns), n_classes=n_classes)
    return pipeline_space(task, columns, shape, is_sparse=False)


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("columns", [NUMERIC, MIXED])
def test_shipped_candidates_are_valid_in_the_current_space(
    task: Task, columns: tuple[Column, ...]
) -> None:
    chosen = [c for c in read_candidates(metadata_file("candidates.jsonl")) if task in c.tasks]
    there = space(task, columns)
    fitted = [c.to_configuration(there) for c in chosen]
    # Libraries that are not installed here have no part in the space.
    assert sum(f is not None for f in fitted) >= 0.9 * len(chosen)
    for candidate, configuration in zip(chosen, fitted, strict=True):
        if configuration is None:
            continue
        there.validate(configuration)
        kept = {k: v for k, v in candidate.values.items() if k in there.parameters}
        assert all(configuration[name] == value for name, value in kept.items())


def test_values_that_a_table_does_not_need_are_ignored() -> None:
    candidate = PortableConfiguration((Task.BINARY,), {"model": "lightgbm", "encoder": "native"})
    configuration = candidate.to_configuration(space(Task.BINARY, NUMERIC))
    assert configuration is not None
    assert "encoder" not in configuration


def test_candidates_of_excluded_models_are_dropped() -> None:
    candidate = PortableConfiguration((Task.BINARY,), {"model": "linear"})
    without = space(Task.BINARY).restrict("model", ["lightgbm", "extra_trees"])
    assert candidate.to_configuration(without) is None


def test_candidates_with_hyperparameters_of_another_task_are_dropped() -> None:
    candidate = PortableConfiguration((Task.BINARY,), {"model": "linear", "linear:alpha": 1.0})
    assert candidate.to_configuration(space(Task.BINARY)) is None


def test_candidates_round_trip(tmp_path: Path) -> None:
    candidates = read_candidates(metadata_file("candidates.jsonl"))
    write_candidates(tmp_path / "c.jsonl", candidates)
    assert read_candidates(tmp_path / "c.jsonl") == candidates
    keys = [(c.key, c.tasks) for c in candidates]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"tasks": ["binary"]}',
        '{"tasks": ["ternary"], "values": {"model": "linear"}}',
        '{"tasks": ["binary"], "values": {"linear:C": 1}}',
        '{"tasks": ["binary"], "values": {"model": "linear", "linear:C": {"a": 1}}}',
        '{"tasks": ["binary"], "values": {"model": ["linear"]}}',
    ],
)
def test_an_invalid_line_is_shown(tmp_path: Path, line: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(line)
    with pytest.raises(ValueError, match=r"c\.jsonl has an invalid line"):
        read_candidates(path)


def test_keys_do_not_depend_on_the_order_of_values() -> None:
    values = {"model": "linear", "linear:C": 1.0}
    reverse = dict(reversed(values.items()))
    assert PortableConfiguration((), values).key == PortableConfiguration((), reverse).key
    assert np.char.isalnum(PortableConfiguration((), values).key)


def test_renamed_hyperparameters_get_their_new_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(component("linear")), "renamed", {"inverse_penalty": "C"})
    candidate = PortableConfiguration(
        (Task.BINARY,), {"model": "linear", "linear:inverse_penalty": 0.5}
    )
    configuration = candidate.to_configuration(space(Task.BINARY))
    assert configuration is not None
    assert configuration["linear:C"] == 0.5
