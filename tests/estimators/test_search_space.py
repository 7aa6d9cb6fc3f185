"""Search spaces of the user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autoskl import AutoClassifier, default_space, register
from autoskl.components.models.linear import Linear
from autoskl.components.registry import unregister
from autoskl.core.errors import TrialFailureWarning
from autoskl.optimizers import RandomSearch
from autoskl.space import Space, choice, from_configspace, real, space_of, to_configspace
from tests.conftest import Labelled


class Broken(Linear):
    """Cannot be built."""

    def build(self, values: Any, context: Any) -> Any:
        raise RuntimeError("No luck today.")


@pytest.fixture
def broken() -> Iterator[str]:
    name = register(Broken())
    yield name
    unregister(name)


def fitted(data: Labelled, **settings: Any) -> AutoClassifier:
    usual = {"time_limit": None, "n_trials": 2, "cv": 2, "n_jobs": 1, "random_state": 0}
    return AutoClassifier(**usual | settings).fit(*data)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (space_of(choice("model", ["linear"]), real("linear:CC", 0.1, 1.0)), "mean 'linear:C'"),
        (space_of(choice("scaler", ["standard"])), "must have a choice 'model'"),
        (default_space("regression", include=["linear"]), "makes it binary"),
    ],
)
def test_entries_without_a_meaning_are_rejected(
    two_moons: Labelled, space: Space, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fitted(two_moons, search_space=space)
    with pytest.raises(ValueError, match=message):
        fitted(two_moons, search=RandomSearch(space))


def test_numbers_beyond_the_bounds_of_a_family_are_searched(two_moons: Labelled) -> None:
    space = default_space("binary", include=["lightgbm"])
    space = space.override("lightgbm:num_leaves", lower=1000, upper=4096)
    model = fitted(two_moons, search_space=from_configspace(to_configspace(space)))
    assert model.failures_.empty
    asked = [record.trial.configuration for record in model.history_.records[1:]]
    assert all(each["lightgbm:num_leaves"] in range(1000, 4097) for each in asked)


def test_more_time_is_not_advised_if_every_fit_raises(two_moons: Labelled, broken: str) -> None:
    with pytest.warns(TrialFailureWarning) as caught:
        fitted(two_moons, search_space=space_of(choice("model", [broken]), real("broken:C", 1, 2)))
    said = next(str(w.message) for w in caught if "No model but" in str(w.message))
    assert "Every fit failed, the first (broken) because: " in said
    assert "No luck today" in said
    assert "Allow more" not in said
    assert {warning.filename for warning in caught} == {__file__}
