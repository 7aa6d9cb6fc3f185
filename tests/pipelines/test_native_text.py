"""Texts that the model reads itself: the steps before it receive only the numbers."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.evaluation.preprocessing import fit_steps
from autoskl.pipelines.costs import model_input
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind
from autoskl.tables.text_table import MixedTable, TextTable, pack
from tests.pipelines.factories import (
    CITY,
    GAPS,
    NUMBER,
    build_pipeline,
    context_of,
    rows_of,
    space_of_table,
)

REVIEW = Column("review", Kind.TEXT)
TITLE = Column("title", Kind.TEXT)
TABLE = (NUMBER, CITY, GAPS, REVIEW, TITLE)


class Reader(Component):
    """A model that records the context in which it was built."""

    role = Role.MODEL
    tags = Tags(text=True, missing=True, categorical=True)
    seen: Context

    def parameters(self, task: Task) -> Space:
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.dummy import DummyClassifier

        self.seen = context
        return DummyClassifier()


@pytest.fixture
def reader() -> Iterator[Reader]:
    register(Reader(), "reader")
    from autoskl.components.registry import component

    entry = component("reader")
    assert isinstance(entry, Reader)
    yield entry
    unregister("reader")


def mixed(columns: tuple[Column, ...], n_rows: int = 90) -> MixedTable:
    numbers = rows_of(tuple(c for c in columns if c.kind is not Kind.TEXT), n_rows)
    n_texts = sum(column.kind is Kind.TEXT for column in columns)
    texts = [pack([f"row {row} of {place}" for row in range(n_rows)]) for place in range(n_texts)]
    return MixedTable(numbers, TextTable(tuple(texts), np.arange(n_rows)))


def test_native_text_is_only_for_models_that_accept_text(reader: Reader) -> None:
    space = space_of_table(TABLE)
    chosen = set()
    for configuration in space.sample(np.random.default_rng(0), 300):
        if configuration.get("text") == "native_text":
            chosen.add(configuration["model"])
    assert chosen
    assert chosen <= {"reader", "catboost"}
    left = space_of_table(TABLE, include={"model": ["linear", "sgd"]}).parameters["text"].levels
    assert "native_text" not in (left or ())
    with pytest.raises(ValueError, match=r"No model is left.*text steps.*native_text"):
        space_of_table(TABLE, include={"model": ["linear"], "text": ["native_text"]})


@pytest.mark.parametrize("steps", [{}, {"encoder": "one_hot", "scaler": "standard"}, {
    "encoder": "native", "imputer": "median", "features": "pca", "selector": "variance",
}], ids=str)  # fmt: skip
@pytest.mark.parametrize("columns", [TABLE, (REVIEW, TITLE)], ids=["table", "texts"])
def test_the_model_receives_texts_behind_the_numbers(
    steps: dict[str, str], columns: tuple[Column, ...], reader: Reader
) -> None:
    X, y = mixed(columns), np.arange(90) % 2
    configuration = Configuration({"model": "reader", "text": "native_text", **steps})
    pipeline = build_pipeline(configuration, context_of(columns))
    assert reader.seen.columns[-2:] == (REVIEW, TITLE)
    assert REVIEW not in reader.seen.columns[:-2]
    prepared = model_input(configuration, context_of(columns))
    assert prepared.shape.n_columns >= reader.seen.shape.n_columns
    if len(pipeline) == 1:
        return
    given = fit_steps(pipeline[:-1], X, y, None)
    again = pickle.loads(pickle.dumps(pipeline[:-1])).transform(X[:7])
    assert given.texts is X.texts
    assert given.numbers.shape[1] >= 1
    np.testing.assert_array_equal(again.numbers, given.numbers[:7])
    assert again.texts.to_array()[3, 1] == "row 3 of 1"


def test_weights_reach_the_steps(reader: Reader) -> None:
    configuration = Configuration({"model": "reader", "text": "native_text", "scaler": "standard"})
    columns = (NUMBER, REVIEW)
    X, y = mixed(columns), np.arange(90) % 2
    steps = build_pipeline(configuration, context_of(columns))[:-1]
    counts = 1 + np.arange(90) % 3
    weighted = fit_steps(steps, X, y, counts.astype(float)).numbers
    np.testing.assert_allclose(np.average(weighted[:, 0], weights=counts), 0.0, atol=1e-6)
    assert abs(weighted.mean()) > 1e-4
