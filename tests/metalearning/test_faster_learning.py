from __future__ import annotations

import pytest

from autoskl.core.configuration import Configuration
from autoskl.metalearning.faster_learning import faster_forms, slow_form
from autoskl.space import choice, constant, real, space_of, when

SPACE = space_of(
    choice("model", ["lightgbm", "xgboost", "linear"]),
    when("model", "lightgbm", real("lightgbm:learning_rate", 0.005, 0.2, 0.04, log=True)),
    when("model", "xgboost", constant("xgboost:learning_rate", 0.05)),
)


def trees(rate: float) -> Configuration:
    return Configuration({"model": "lightgbm", "lightgbm:learning_rate": rate})


def test_the_learning_rate_is_doubled_up_to_its_bound():
    assert list(faster_forms(trees(0.05), SPACE)) == [trees(0.05), trees(0.1), trees(0.2)]
    assert list(faster_forms(trees(0.15), SPACE)) == [trees(0.15), trees(0.2)]
    for form in faster_forms(trees(0.01), SPACE):
        assert SPACE.complete(dict(form)) == form


@pytest.mark.parametrize(
    ("rate", "slow"), [(0.2, 0.05), (0.16, 0.04), (0.1, 0.05), (0.07, 0.07), (0.01, 0.01)]
)
def test_the_slow_form_is_not_slower_than_the_default(rate, slow):
    assert slow_form(trees(rate), SPACE) == trees(slow)


@pytest.mark.parametrize(
    "other",
    [
        Configuration({"model": "linear"}),
        Configuration({"model": "xgboost", "xgboost:learning_rate": 0.05}),
    ],
)
def test_other_models_and_fixed_rates_stay_unchanged(other):
    assert list(faster_forms(other, SPACE)) == [other]
    assert slow_form(other, SPACE) == other


def test_without_a_space_nothing_changes():
    assert list(faster_forms(trees(0.1), None)) == [trees(0.1)]
    assert slow_form(trees(0.2), None) == trees(0.2)
