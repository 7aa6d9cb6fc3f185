"""Combinations of steps: the model receives the columns that its context describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.pipelines.costs import model_input
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind
from tests.pipelines.factories import (
    CITY,
    GAPS,
    NUMBER,
    PLAN,
    build_pipeline,
    context_of,
    rows_of,
    target_of,
)
from tests.pipelines.factories import space_of_table as space_of

FLAG = Column("flag", Kind.BOOLEAN)
WHEN = Column("when", Kind.DATETIME, has_missing=True)
SECOND = Column("second", Kind.NUMERIC)
TABLE = (NUMBER, WHEN, CITY, GAPS, PLAN, FLAG, SECOND)


class Witness(Component):
    """A model that records the context in which it was built."""

    role = Role.MODEL
    seen: Context

    def __init__(self, tags: Tags) -> None:
        self.tags = tags  # type: ignore[misc]

    def parameters(self, task: Task) -> Space:
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.dummy import DummyClassifier

        self.seen = context
        return DummyClassifier()


@pytest.fixture
def lenient() -> Iterator[Witness]:
    """Return a model that accepts all columns."""
    witness = Witness(Tags(missing=True, categorical=True))
    register(witness, "lenient")
    yield witness
    unregister("lenient")


@pytest.fixture
def strict() -> Iterator[Witness]:
    """Return a model that accepts numbers only."""
    witness = Witness(Tags(scaling=True))
    register(witness, "strict")
    yield witness
    unregister("strict")


def arrived(configuration: Mapping[str, Value], X: Any, Z: Any) -> Any:
    pipeline = build_pipeline(Configuration(configuration), context_of(TABLE))
    steps = pipeline[:-1]
    y = target_of(np.nan_to_num(X), Task.BINARY)
    if len(steps) == 0:
        return X, Z
    return steps.fit_transform(X, y), steps.transform(Z)


def check_codes(columns: tuple[Column, ...], rows: Any) -> None:
    for i, column in enumerate(columns):
        if column.kind is Kind.CATEGORICAL:
            codes = rows[:, i][~np.isnan(rows[:, i])]
            assert np.all(codes == np.rint(codes))
            assert np.all((codes >= 0) & (codes < max(column.n_levels, 78)))


@pytest.mark.parametrize("seed", range(2))
def test_category_codes_are_in_the_columns_that_the_context_names(
    lenient: Witness, seed: int
) -> None:
    space = space_of(TABLE, include=["lenient"])
    roles = ("features", "selector", "combiner", "levels")
    for role in roles:
        levels = [
            v for v in space.parameters[role].levels or () if not str(v).startswith(("no_", "all_"))
        ]
        space = space.override(role, values=levels, weights=None)
    X, Z = rows_of(TABLE), rows_of(TABLE, seed=1)
    for configuration in space.restrict("encoder", "native").sample(
        np.random.default_rng(seed), 12
    ):
        fitted, new = arrived(configuration, X, Z)
        columns = lenient.seen.columns
        n_codes = sum(column.kind is Kind.CATEGORICAL for column in columns)
        assert n_codes >= 2
        check_codes(columns, fitted)
        check_codes(columns, new)
        assert not np.isinf(new).any()


@pytest.mark.parametrize("seed", range(2))
def test_missing_values_do_not_reach_models_that_reject_them(strict: Witness, seed: int) -> None:
    space = space_of(TABLE, include=["strict"])
    X, Z = rows_of(TABLE), rows_of(TABLE, seed=1)
    Z[:3] = np.nan
    Z[3:6, 2] = 77
    for configuration in space.sample(np.random.default_rng(seed), 20):
        fitted, new = arrived(configuration, X, Z)
        assert np.isfinite(fitted).all()
        assert np.isfinite(new).all()
        assert all(column.kind is not Kind.CATEGORICAL for column in strict.seen.columns)


def test_missing_values_do_not_reach_steps_that_reject_them(lenient: Witness) -> None:
    """Even if the model itself would accept them."""
    X = rows_of(TABLE)
    for name in ("pca", "splines", "percentile"):
        role = "selector" if name == "percentile" else "features"
        fitted, _ = arrived({"model": "lenient", role: name, "imputer": "as_needed"}, X, X)
        codes = [i for i, c in enumerate(lenient.seen.columns) if c.kind is Kind.CATEGORICAL]
        assert np.isfinite(np.delete(fitted, codes, axis=1)).all()


@pytest.mark.parametrize("combiner", ["category_crosses", "group_aggregates"])
@pytest.mark.parametrize("datetime", ["timestamp", "date_parts"])
def test_combiners_read_all_columns_with_known_positions(
    lenient: Witness, datetime: str, combiner: str
) -> None:
    columns = (WHEN, CITY, PLAN, NUMBER)
    configuration = Configuration({"model": "lenient", "datetime": datetime, "combiner": combiner})
    context = context_of(columns)
    pipeline = build_pipeline(configuration, context)
    _, step, read = pipeline["combiner"].transformers[0]
    assert read == list(range(4 if datetime == "timestamp" else 3))
    assert len(step.categorical) == 2
    assert model_input(configuration, context).shape.n_columns == len(lenient.seen.columns)
    if datetime == "timestamp":
        X = rows_of(columns)
        made = pipeline[:-1].fit_transform(X, target_of(X[:, 3:], Task.BINARY))
        assert made.shape[1] <= len(lenient.seen.columns)
        check_codes(lenient.seen.columns[-len(columns) :], made[:, -len(columns) :])


def test_combiners_skip_tables_of_datetimes_only(lenient: Witness) -> None:
    configuration = {"model": "lenient", "datetime": "date_parts", "combiner": "group_aggregates"}
    context = context_of((WHEN,))
    pipeline = build_pipeline(Configuration(configuration), context)
    assert "combiner" not in pipeline.named_steps
    width = model_input(Configuration(configuration), context).shape.n_columns
    assert width == len(lenient.seen.columns)


def test_scale_dependent_steps_receive_scaled_columns(lenient: Witness) -> None:
    pipeline = build_pipeline(
        Configuration({"model": "lenient", "features": "pca"}), context_of((NUMBER, SECOND))
    )
    assert [name for name, _ in pipeline.steps] == ["imputer", "scaler", "features", "model"]
