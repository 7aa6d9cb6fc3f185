"""Contract tests of all components before the model."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import has_fit_parameter

from autoskl.components.component import Component, Context, Role, Shape, Tags
from autoskl.components.registry import components
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.pipelines.placement import STEPS, columns_read
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind

N_ROWS = 80
LEVELS = 5
N_CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 4, Task.REGRESSION: 1}
EXACT = (Role.LEVELS, Role.COMBINER)
"""Roles whose columns stand in front of others, so that they are counted exactly."""

CODES = tuple(Column(f"code {i}", Kind.CATEGORICAL, n_levels=LEVELS) for i in range(3))
NUMBERS = (*(Column(f"number {i}", Kind.NUMERIC) for i in range(3)), Column("flag", Kind.BOOLEAN))
MOMENTS = tuple(Column(f"moment {i}", Kind.DATETIME) for i in range(2))

CASES = [
    pytest.param(name, task, id=f"{name}-{task.value}")
    for name, entry in components().items()
    for task in sorted(entry.tags.tasks)
    if entry.role in STEPS and entry.role is not Role.TEXT
    # Steps that do not use the target do not depend on the task.
    if entry.tags.uses_target or task is Task.BINARY
]


def context_of(role: Role, task: Task) -> Context:
    columns = tuple(
        (*CODES, *NUMBERS, *MOMENTS)[i] for i in columns_read(role, (*CODES, *NUMBERS, *MOMENTS))
    )
    shape = Shape(n_rows=N_ROWS, n_columns=len(columns), n_classes=N_CLASSES[task])
    return Context(task=task, columns=columns, shape=shape, seed=3)


def rows(columns: tuple[Column, ...], seed: int = 1) -> NDArray[np.float64]:
    """Return read-only rows of the kinds of the columns, distinct ones."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N_ROWS, len(columns)))
    for i, column in enumerate(columns):
        if column.kind is Kind.CATEGORICAL:
            X[:, i] = rng.integers(0, LEVELS, N_ROWS)
        elif column.kind is Kind.BOOLEAN:
            X[:, i] = X[:, i] > 0
        elif column.kind is Kind.DATETIME:
            X[:, i] = 1.7e9 + 1e7 * X[:, i]
    X.flags.writeable = False
    return X


def target(X: NDArray[Any], task: Task) -> NDArray[Any]:
    signal = (X[:, 0] - X[:, 0].mean()) / X[:, 0].std() + np.random.default_rng(2).normal(
        0, 0.3, len(X)
    )
    if task is Task.REGRESSION:
        return 1e3 + 10 * signal
    cuts = np.arange(1, N_CLASSES[task]) / N_CLASSES[task]
    return np.digitize(signal, np.quantile(signal, cuts))


def fitted(
    entry: Component,
    values: Mapping[str, Value],
    context: Context,
    X: Any,
    y: Any,
    weight: Any = None,
) -> Any:
    """Build and fit, with the weights where they are taken; None for what does nothing."""
    step = entry.build(values, context)
    if isinstance(step, str):
        assert step == "passthrough"
        return None
    if weight is None:
        return step.fit(X, y)
    from sklearn.pipeline import Pipeline

    from autoskl.evaluation.preprocessing import fit_steps

    pipeline = Pipeline([("step", step)])
    fit_steps(pipeline, X, y, weight)
    return pipeline


def dense(Z: Any) -> NDArray[Any]:
    return Z.toarray() if sparse.issparse(Z) else np.asarray(Z)


def samples(entry: Component, task: Task, n: int = 4) -> list[Mapping[str, Value]]:
    space = entry.parameters(task)
    return [space.default(), *space.sample(np.random.default_rng(5), n)]


def check_missing(entry: Component, task: Task) -> None:
    """Rows without gaps have none afterwards, and no row stops it."""
    context = context_of(entry.role, task)
    context = replace(context, columns=tuple(replace(c, has_missing=True) for c in context.columns))
    X = rows(context.columns).copy()
    y = target(X, task)
    X[::7, 0] = np.nan
    X[3] = np.nan
    for values in samples(entry, task, 2):
        step = fitted(entry, values, context, X, y)
        if step is None:
            continue
        Z = dense(step.transform(X))
        assert not np.isinf(Z).any()
        columns = entry.columns_out(values, context)
        sound = [
            i
            for i in range(Z.shape[1])
            if i >= len(columns) or columns[i].kind is not Kind.CATEGORICAL
        ]
        whole = ~np.isnan(X).any(axis=1)
        assert np.isfinite(Z[whole][:, sound]).all()


def check_sparse(entry: Component, task: Task) -> None:
    """Sparse rows give what the same rows give when they are dense, where nothing is centred."""
    context = replace(context_of(entry.role, task), columns=())
    X = sparse.csr_array(
        sparse.random_array((N_ROWS, 4), density=0.4, rng=np.random.default_rng(0))
    )
    y = target(X.toarray(), task)
    for values in samples(entry, task, 2):
        step = fitted(entry, values, context, X, y)
        if step is None:
            continue
        Z = step.transform(X)
        assert Z.shape[0] == N_ROWS
        assert np.isfinite(dense(Z)).all()
        assert sparse.issparse(Z) == (not entry.columns_out(values, context))


def check_weights(entry: Component, task: Task) -> None:
    """A row of weight 2 counts like the same row twice."""
    context = context_of(entry.role, task)
    X = rows(context.columns)
    y = target(X, task)
    counts = np.random.default_rng(4).integers(1, 4, N_ROWS)
    values = entry.parameters(task).default()
    weighted = fitted(entry, values, context, X, y, counts.astype(float))
    if weighted is None:
        return
    repeated = fitted(entry, values, context, np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(weighted.transform(X), repeated.transform(X), rtol=1e-6, atol=1e-9)


def check_target(entry: Component, task: Task) -> None:
    """Another target changes nothing."""
    context = context_of(entry.role, task)
    X = rows(context.columns)
    for values in samples(entry, task, 2):
        targets = target(X, task), target(X[:, ::-1], task)
        steps = [fitted(entry, values, context, X, y) for y in targets]
        if steps[0] is not None:
            first, second = (dense(step.transform(X)) for step in steps)
            np.testing.assert_array_equal(first, second)


def check_tags(entry: Component, task: Task) -> None:
    """Check that the tags tell the truth."""
    if entry.tags.missing:
        check_missing(entry, task)
    if entry.tags.sparse:
        check_sparse(entry, task)
    if entry.tags.weights:
        check_weights(entry, task)
    if not entry.tags.uses_target:
        check_target(entry, task)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_steps_match_their_tags(name: str, task: Task) -> None:
    check_tags(components()[name], task)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_columns_out_matches_the_output_of_every_configuration(name: str, task: Task) -> None:
    entry = components()[name]
    context = context_of(entry.role, task)
    X = rows(context.columns)
    for values in samples(entry, task):
        step = fitted(entry, values, context, X, target(X, task))
        columns = entry.columns_out(values, context)
        assert columns
        if step is None:
            continue
        Z = dense(step.transform(X))
        if entry.role in EXACT:
            assert Z.shape[1] == len(columns)
        for values_of, column in zip(Z.T, columns, strict=False):
            known = values_of[~np.isnan(values_of)]
            assert (column.kind is Kind.CATEGORICAL) or np.isfinite(values_of).all()
            if column.kind is Kind.CATEGORICAL:
                assert set(known) <= set(range(column.n_levels))


@pytest.mark.parametrize(("name", "task"), CASES)
def test_pickle_and_same_seed_give_the_same_output(name: str, task: Task) -> None:
    entry = components()[name]
    context = context_of(entry.role, task)
    X = rows(context.columns)
    values = samples(entry, task, 1)[-1]
    first, second = (fitted(entry, values, context, X, target(X, task)) for _ in range(2))
    if first is None:
        return
    Z = dense(first.transform(X))
    np.testing.assert_array_equal(Z, dense(second.transform(X)))
    np.testing.assert_array_equal(Z, dense(pickle.loads(pickle.dumps(first)).transform(X)))


@pytest.mark.parametrize(("name", "task"), CASES)
def test_predicts_rows_of_any_kind(name: str, task: Task) -> None:
    """Unseen codes, and numbers far outside of what was fitted, give finite numbers."""
    entry = components()[name]
    context = context_of(entry.role, task)
    X = rows(context.columns)
    new = X.copy()
    new[:4] *= 1e4
    new[4] = 77.0
    for values in samples(entry, task, 2):
        step = fitted(entry, values, context, X, target(X, task))
        if step is not None:
            assert not np.isinf(dense(step.transform(new))).any()


class Liar(Component):
    """Principal components that claim what they cannot do."""

    role = Role.FEATURES

    def __init__(self, **claims: bool) -> None:
        given = {"weights": False, **claims}
        self.tags = Tags(**given)  # type: ignore[misc, arg-type]

    def parameters(self, task: Task) -> Space:
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.decomposition import PCA

        return PCA(2)


class SecretReader(Liar):
    """A selector that looks at the target and does not say so."""

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.feature_selection import SelectKBest

        return SelectKBest(k=1)


@pytest.mark.parametrize(
    "liar",
    [Liar(missing=True), Liar(sparse=True), Liar(weights=True), SecretReader()],
    ids=["missing", "sparse", "weights", "uses_target"],
)
def test_wrong_tags_are_detected(liar: Component) -> None:
    with pytest.raises((AssertionError, ValueError, TypeError)):
        check_tags(liar, Task.BINARY)
    check_tags(Liar(), Task.BINARY)


def test_some_steps_support_weights() -> None:
    """The check of weights is not empty."""
    context = context_of(Role.SCALER, Task.BINARY)
    step = components()["standard"].build({}, context)
    assert has_fit_parameter(step, "sample_weight")
