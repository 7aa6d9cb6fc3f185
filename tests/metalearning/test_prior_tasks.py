from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoskl.core.errors import StoreError
from autoskl.core.task import Task
from autoskl.metalearning.prior_tasks import (
    NO_TASKS,
    REGRETS_FILE,
    TASKS_FILE,
    read_tasks,
    write_tasks,
)
from tests.metalearning.prior_factories import prior_tasks


def test_written_files_round_trip(tmp_path: Path) -> None:
    prior = prior_tasks()
    prior.regrets[0, 1] = np.nan
    write_tasks(tmp_path, prior)
    again = read_tasks(tmp_path)
    assert (again.names, again.types, again.keys) == (prior.names, prior.types, prior.keys)
    np.testing.assert_allclose(again.regrets, prior.regrets, atol=0.005)
    np.testing.assert_allclose(again.features, prior.features, rtol=0.01)
    np.testing.assert_allclose(again.weights, prior.weights)


def test_metadata_without_task_files_have_no_tasks(tmp_path: Path) -> None:
    assert read_tasks(tmp_path) is NO_TASKS


def test_other_types_of_tasks_are_left_out() -> None:
    assert prior_tasks().of_type(Task.BINARY).names == prior_tasks().names
    assert prior_tasks().of_type(Task.REGRESSION).names == ()


@pytest.mark.parametrize("change", [("t0", "t99"), ("1", "one"), ("t1,", "t1\n")])
def test_damaged_files_raise_a_store_error(tmp_path: Path, change: tuple[str, str]) -> None:
    write_tasks(tmp_path, prior_tasks())
    path = tmp_path / REGRETS_FILE
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(StoreError, match=r"The tasks in .* cannot be read"):
        read_tasks(tmp_path)


def test_files_have_one_line_per_task(tmp_path: Path) -> None:
    write_tasks(tmp_path, prior_tasks())
    assert len((tmp_path / TASKS_FILE).read_text().splitlines()) == 25


def test_merging_prefers_the_regrets_of_the_first() -> None:
    prior = prior_tasks()
    some = prior.without(prior.names[2:])
    own = replace(some, names=("t1", "new"), keys=("b", "e"), regrets=np.array([[5.0, np.nan]] * 2))
    both = own.merged_with(some)
    assert both.names == ("t1", "new", "t0")
    assert both.keys == ("b", "e", "a", "c", "d")
    assert both.regrets[0, 0] == 5.0
    np.testing.assert_array_equal(both.regrets[0, 2:], some.regrets[1, [0, 2, 3]])
    np.testing.assert_array_equal(both.regrets[2, [2, 0, 3, 4]], some.regrets[0])
    assert np.isnan(both.regrets[:, 1]).all()
    np.testing.assert_array_equal(both.features[:2], own.features)
    assert len(both.types) == len(both.weights) == 3
