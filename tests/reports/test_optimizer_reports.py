"""Reports on an optimizer that was used without an estimator."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.optimizers import RandomSearch
from autoskl.optimizers.observation import Observation, observe
from autoskl.reports import importance, incumbent, parallel_coordinates
from autoskl.space import real, space_of, to_configspace

SPACE = space_of(real("a", 0.0, 1.0), real("b", 0.0, 1.0))


def observed(*results: tuple[float, float], seconds: float = 0.0) -> list[Observation]:
    """Return observations from (share of the epochs, loss)."""
    return [
        observe(Trial(i, Configuration({"a": i / 10}), Fidelity(epochs=share)), loss, seconds)
        for i, (share, loss) in enumerate(results)
    ]


def test_incumbent_by_evaluations_and_cost() -> None:
    table = incumbent(
        observed((0.25, math.inf), (0.25, 0.5), (0.25, 0.6), (0.25, 0.4), seconds=2.0)
    )
    assert table.to_dict("list") == {
        "result": [2, 4],
        "seconds": [4.0, 8.0],
        "cost": [0.5, 1.0],
        "trial": [1, 3],
        "fidelity": [0.25, 0.25],
        "loss": [0.5, 0.4],
    }


def test_a_higher_fidelity_beats_a_lower_loss() -> None:
    table = incumbent(observed((0.25, 0.1), (1.0, 0.5), (0.25, 0.0), (1.0, 0.5), (1.0, 0.4)))
    assert table["trial"].tolist() == [0, 1, 4]
    assert table["cost"].tolist() == [0.25, 1.25, 3.5]
    assert table["seconds"].tolist() == [0.0, 0.0, 0.0]


def test_without_observations_there_is_no_incumbent() -> None:
    columns = ["result", "seconds", "cost", "trial", "fidelity", "loss"]
    for observations in ([], observed((1.0, math.inf))):
        assert incumbent(observations).empty
        assert incumbent(observations).columns.tolist() == columns


def test_reports_accept_a_space_of_configspace() -> None:
    pytest.importorskip("ConfigSpace")
    foreign = to_configspace(SPACE)
    optimizer = RandomSearch(foreign, seed=0)
    for _ in range(20):
        trial = optimizer.ask()
        optimizer.tell(trial, float(trial.configuration["a"]))
    found = importance(optimizer.observations, foreign)
    expected = importance(optimizer.observations, SPACE)
    pd.testing.assert_frame_equal(found.single, expected.single)
    figure = parallel_coordinates(optimizer.observations, foreign)
    lines = parallel_coordinates(optimizer.observations, SPACE).lines
    assert np.array_equal(figure.lines, lines)
    assert incumbent(optimizer.observations)["loss"].is_monotonic_decreasing


@pytest.mark.parametrize("report", [importance, parallel_coordinates])
def test_another_type_of_space_is_rejected(report) -> None:
    with pytest.raises(TypeError, match=r"space must be a Space.*ConfigSpace.*Got \{'a': 1\}"):
        report(observed((1.0, 0.5)), {"a": 1})
