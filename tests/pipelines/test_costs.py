"""The width of the input of a model is known before anything is built."""

from __future__ import annotations

import pytest

from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.costs import PipelineCosts, model_input
from autoskl.tables.columns import Column, Kind

CITY = Column("city", Kind.CATEGORICAL, n_levels=30)
NUMBERS = tuple(Column(f"n{i}", Kind.NUMERIC) for i in range(10))


def prepared(configuration: dict, columns=(CITY, *NUMBERS), n_columns=None):
    shape = Shape(n_rows=1_000, n_columns=n_columns or len(columns), n_classes=2)
    context = Context(task=Task.BINARY, columns=tuple(columns), shape=shape)
    return model_input(Configuration(configuration), context)


@pytest.mark.parametrize(
    ("configuration", "width"),
    [
        ({"model": "linear"}, 40),
        ({"model": "linear", "encoder": "ordinal"}, 11),
        ({"model": "lightgbm"}, 11),
        ({"model": "linear", "encoder": "ordinal", "features": "polynomial"}, 11 + 66),
        (
            {"model": "linear", "features": "truncated_svd", "truncated_svd:keep": False}
            | {"truncated_svd:n_components": 5},
            5,
        ),
    ],
)
def test_steps_change_the_width(configuration: dict, width: int) -> None:
    assert prepared(configuration).shape.n_columns == width


def test_each_step_adds_to_the_cost() -> None:
    encoded = prepared({"model": "linear"}).cost
    scaled = prepared({"model": "linear", "scaler": "standard"}).cost
    assert 0 < encoded.seconds < scaled.seconds
    assert 0 < encoded.bytes <= scaled.bytes
    assert prepared({"model": "lightgbm"}).cost.seconds == 0


def test_sparse_rows_keep_their_width() -> None:
    known = prepared({"model": "linear", "scaler": "standard"}, columns=(), n_columns=5_000)
    assert known.shape.n_columns == 5_000
    assert known.cost.seconds > 0


def test_model_inputs_are_cached_by_configuration_and_number_of_rows() -> None:
    shape = Shape(n_rows=1_000, n_columns=11, n_classes=2)
    costs = PipelineCosts(Task.BINARY, (CITY, *NUMBERS), shape)
    configuration = Configuration({"model": "linear"})
    assert costs.model_input(configuration, 500) is costs.model_input(configuration, 500)
    assert costs.model_input(configuration, 500).shape.n_rows == 500
    assert costs.model_input(configuration, 800).shape.n_rows == 800
