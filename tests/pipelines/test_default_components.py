from __future__ import annotations

import pytest

from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.pipelines.default_components import declares, values_of
from autoskl.space import choice, integer, ordinal, real

CONTEXT = Context(task=Task.BINARY, columns=(), shape=Shape(n_rows=100, n_columns=3, n_classes=2))


def test_numbers_beyond_the_declared_bounds_are_kept() -> None:
    asked = Configuration({"model": "lightgbm", "lightgbm:num_leaves": 4000})
    values = values_of("lightgbm", asked, CONTEXT)
    assert values["num_leaves"] == 4000
    assert values.keys() == values_of("lightgbm", Configuration({}), CONTEXT).keys()


@pytest.mark.parametrize("entry", [{"linear:CC": 1.0}, {"linear:penalty": "l3"}, {"linear:C": "a"}])
def test_other_unknown_values_are_rejected(entry: dict[str, Value]) -> None:
    with pytest.raises(ValueError, match=r"[Hh]yperparameter"):
        values_of("linear", Configuration({"model": "linear", **entry}), CONTEXT)


def test_only_numbers_may_be_others_than_declared() -> None:
    assert declares(real("a", 0, 1), 7)
    assert declares(integer("a", 0, 1), 7)
    assert not declares(integer("a", 0, 1), 0.5)
    assert not declares(real("a", 0, 1), True)
    assert declares(ordinal("a", [0.1, 1.0]), 0.5)
    assert not declares(ordinal("a", [0.1, 1.0]), "sqrt")
    assert declares(choice("a", [0.1, "sqrt"]), "sqrt")
    assert not declares(choice("a", [0.1, "sqrt"]), 0.5)
