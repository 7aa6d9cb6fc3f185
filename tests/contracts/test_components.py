"""Contract tests of all components and of models; `test_steps` has the other roles."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Component, Context, Joint, OutOfBag, Role, Shape, Tags
from autoskl.components.registry import components
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Choice, Space, from_json, real, to_json
from autoskl.tables.columns import Column, Kind
from autoskl.tables.text_table import MixedTable, TextTable, pack

N_ROWS = 60
LEVELS = 4
OPTIONAL = {"xgboost", "catboost", "torch", "interpret", "tabpfn", "tabicl", "skrub"}
BUILT_FROM = tuple(
    f"autoskl.components.{folder}"
    for folder in ("building", "predictors", "transformers", "fitting")
)
STAGED = ("n_iterations_", "best_iteration_", "staged_outputs", "truncate")
MOST = {"n_estimators": 64, "max_epochs": 12, "n_epochs": 4, "max_rounds": 30}
N_CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 4, Task.REGRESSION: 1}
CASES = [
    pytest.param(name, task, id=f"{name}-{task.value}")
    for name, entry in components().items()
    for task in sorted(entry.tags.tasks)
    # Preprocessing does not depend on the task.
    if entry.role is Role.MODEL or task is Task.BINARY
]
MODELS = [case for case in CASES if components()[str(case.values[0])].role is Role.MODEL]

FITTED = [c for c in CASES if components()[str(c.values[0])].role in (Role.MODEL, Role.TEXT)]


def context_of(task: Task, *, categories: bool = False, is_sparse: bool = False) -> Context:
    kinds = [Kind.NUMERIC, Kind.NUMERIC, Kind.BOOLEAN]
    kinds += [Kind.CATEGORICAL if categories else Kind.NUMERIC]
    columns = tuple(
        Column(f"c{i}", kind, n_levels=LEVELS if kind is Kind.CATEGORICAL else 0)
        for i, kind in enumerate(kinds)
    )
    shape = Shape(n_rows=N_ROWS, n_columns=4, n_classes=N_CLASSES[task])
    return Context(task=task, columns=() if is_sparse else columns, shape=shape, seed=3)


def rows() -> NDArray[np.float64]:
    """Return three numeric columns, one of them binary, and a column of codes."""
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(N_ROWS, 4))
    numbers[:, 2] = numbers[:, 2] > 0
    numbers[:, 3] = rng.integers(0, LEVELS, N_ROWS)
    return numbers


def rows_for(entry: Component) -> NDArray[Any]:
    """Return input suited to an entry: numbers, or two columns of texts."""
    if entry.role is not Role.TEXT:
        return rows()
    words = np.array(["", "the red fox", "Lazy dogs!", "ran 99 miles", "über alles", "the end"])
    chosen = np.random.default_rng(8).integers(0, len(words), (N_ROWS, 2, 3))
    return np.array([[" ".join(words[cell]) for cell in row] for row in chosen], dtype=object)


def target(task: Task) -> NDArray[Any]:
    """Return values, or class codes; with several classes code 1 does not occur."""
    X = rows()
    signal = X[:, 0] + (X[:, 3] == 2) + np.random.default_rng(2).normal(0, 0.3, N_ROWS)
    if task is Task.REGRESSION:
        return 1e3 + 10 * signal
    codes = np.digitize(signal, np.quantile(signal, [0.5] if task is Task.BINARY else [0.4, 0.7]))
    return codes if task is Task.BINARY else np.array([0, 2, 3])[codes]


def weights() -> NDArray[np.float64]:
    return np.random.default_rng(4).uniform(0.1, 3.0, N_ROWS)


def configurations(entry: Component, task: Task, n: int = 5) -> list[dict[str, Value]]:
    space = entry.parameters(task)
    samples = space.sample(np.random.default_rng(5), n)
    return [brief(sample) for sample in (space.default(), *samples)]


def brief(configuration: Mapping[str, Value]) -> dict[str, Value]:
    """Return a configuration with few enough iterations for a fast test."""
    values = dict(configuration)
    for name, most in MOST.items():
        if isinstance(count := values.get(name), int):
            values[name] = min(count, most)
    return values


def branches(space: Space) -> list[Mapping[str, Value]]:
    """Return a configuration for each non-default level of each choice."""
    return [
        space.complete(with_parents(space, {name: level}))
        for name, parameter in space.parameters.items()
        if isinstance(parameter, Choice)
        for level in parameter.levels
        if level != parameter.default
    ]


def with_parents(space: Space, given: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return values together with parent values under which they are active."""
    for condition in space.conditions:
        default = space.parameters[condition.parent].default
        if (
            condition.child in given
            and given.get(condition.parent, default) not in condition.values
        ):
            return with_parents(space, {**given, condition.parent: condition.values[0]})
    return given


def fitted(entry: Component, values: Mapping[str, Value], context: Context, X: Any) -> Any:
    """Build and fit like the evaluation does."""
    estimator = entry.build(values, context)
    y = target(context.task)
    if estimator == "passthrough":
        return estimator
    if entry.role is not Role.MODEL:
        return estimator.fit(X, y)
    if entry.tags.staged:
        return estimator.fit(X[:40], y[:40], None, validation=(X[40:], y[40:], None))
    return estimator.fit(X, y)


def outputs(entry: Component, estimator: Any, X: Any, task: Task) -> NDArray[Any]:
    """Return the output passed to the next step or the caller."""
    if estimator == "passthrough":
        return X.toarray() if sparse.issparse(X) else X
    if entry.role is not Role.MODEL:
        Z = estimator.transform(X)
        return Z.toarray() if sparse.issparse(Z) else Z
    if task is Task.REGRESSION:
        return estimator.predict(X)[:, np.newaxis]
    return estimator.predict_proba(X)


def check_takes(entry: Component, task: Task, X: Any, context: Context) -> None:
    """Fit and predict rows of a kind that the tags declare as supported."""
    for values in configurations(entry, task, 1):
        estimator = fitted(entry, values, context, X)
        result = outputs(entry, estimator, X, task)
        assert result.shape[0] == N_ROWS
        if entry.role is not Role.MODEL and estimator == "passthrough":
            continue
        if entry.role is Role.DATETIME:  # missing values are left to an imputer or the model
            assert np.isfinite(result[~np.isnan(X).any(axis=1)]).all()
            continue
        assert np.isfinite(result).all()


def check_tags(entry: Component, task: Task) -> None:
    """Check that the tags are correct."""
    if entry.tags.missing:
        X = rows()
        X[::7, 0] = np.nan
        X[3] = np.nan
        check_takes(entry, task, X, context_of(task))
    if entry.tags.sparse:
        context = context_of(task, is_sparse=True)
        X = sparse.random_array((N_ROWS, 4), density=0.4, rng=np.random.default_rng(0))
        check_takes(entry, task, sparse.csr_array(X), context)
    if entry.tags.categorical and entry.role is Role.MODEL:
        X = rows()
        X[::9, 3] = np.nan
        check_takes(entry, task, X, context_of(task, categories=True))
    if entry.tags.text:
        texts = TextTable((pack(["red fox", "lazy dog"] * (N_ROWS // 2)),), np.arange(N_ROWS))
        check_takes(entry, task, MixedTable(rows(), texts), context_of(task))
    default = configurations(entry, task, 0)[0]
    estimator = fitted(entry, default, context_of(task), rows_for(entry))
    if entry.role is Role.MODEL:
        assert np.isfinite(outputs(entry, estimator, rows(), task)).all()
    is_staged = all(hasattr(estimator, name) for name in STAGED)
    assert is_staged == entry.tags.staged
    assert isinstance(estimator, OutOfBag) == entry.tags.out_of_bag
    assert isinstance(estimator, Joint) == entry.tags.all_folds
    if entry.tags.all_folds:
        check_joint(entry, default, context_of(task))
    if entry.tags.out_of_bag:
        check_out_of_bag(entry, default, replace(context_of(task), out_of_bag=True))
    if entry.tags.staged:
        check_staged(entry, default, context_of(task))
    if entry.role is Role.MODEL and entry.tags.weights:
        check_weights(entry, default, context_of(task))


def check_weights(entry: Component, values: Mapping[str, Value], context: Context) -> None:
    X, y = rows(), target(context.task)
    estimator = entry.build(values, context)
    heavy = np.where(X[:, 0] > 0, 50.0, 0.02)
    Z = X + 0.1
    plain = outputs(entry, clone(estimator).fit(X, y), Z, context.task)
    weighted = outputs(entry, clone(estimator).fit(X, y, sample_weight=heavy), Z, context.task)
    assert np.abs(plain - weighted).max() > 1e-3
    assert np.isfinite(weighted).all()


def check_needs(entry: Component, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build without the packages that the component does not declare."""
    loaded = [name for name in sys.modules if name.startswith(BUILT_FROM)]
    with monkeypatch.context() as patched:
        for name in loaded:
            patched.delitem(sys.modules, name)
        for package in OPTIONAL - set(entry.tags.needs):
            patched.setitem(sys.modules, package, None)
        entry.build(configurations(entry, task, 0)[0], context_of(task))


def check_out_of_bag(entry: Component, values: Mapping[str, Value], context: Context) -> None:
    estimator = fitted(entry, values, context, rows())
    predictions, counts = estimator.out_of_bag_outputs()
    assert predictions.shape == outputs(entry, estimator, rows(), context.task).shape
    assert counts.shape == (N_ROWS,)
    assert counts.min() >= 5
    assert np.isfinite(predictions).all()


def check_joint(entry: Component, values: Mapping[str, Value], context: Context) -> None:
    X, y = rows(), target(context.task)
    folds = [np.arange(N_ROWS) % 3 == fold for fold in range(3)]
    models = [entry.build(values, replace(context, seed=seed)) for seed in range(3)]
    train = [(X[~held], y[~held], weights()[~held]) for held in folds]
    type(models[0]).fit_together(models, train, [(X[held], y[held], None) for held in folds])
    assert len({len(model.curve_) for model in models}) == 1
    for model, held in zip(models, folds, strict=True):
        assert len(model.curve_) > 0
        assert np.isfinite(outputs(entry, model, X[held], context.task)).all()


def check_staged(entry: Component, values: Mapping[str, Value], context: Context) -> None:
    X = rows()
    estimator = fitted(entry, values, context, X)
    last = estimator.n_iterations_
    checkpoints = tuple(sorted({1, max(last // 2, 1), last}))
    stages = estimator.staged_outputs(X, checkpoints)
    assert 1 <= estimator.best_iteration_ <= last
    for stage, checkpoint in reversed(list(zip(stages, checkpoints, strict=True))):
        estimator.truncate(checkpoint)
        np.testing.assert_allclose(stage, outputs(entry, estimator, X, context.task), rtol=1e-9)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_builds_clones_and_pickles(name: str, task: Task) -> None:
    entry = components()[name]
    for values in configurations(entry, task):
        estimator = entry.build(values, context_of(task))
        if estimator != "passthrough":
            assert clone(estimator).get_params().keys() == estimator.get_params().keys()
            assert type(pickle.loads(pickle.dumps(estimator))) is type(estimator)


@pytest.mark.parametrize(
    ("name", "task"), [c for c in MODELS if not components()[str(c.values[0])].tags.all_folds]
)
def test_every_level_of_a_choice_fits(name: str, task: Task) -> None:
    entry, context = components()[name], context_of(task, categories=True)
    if not entry.tags.categorical:
        context = context_of(task)
    for metric in ("", "" if task.is_classification else "neg_mean_absolute_error"):
        for values in branches(entry.parameters(task)):
            model = fitted(entry, brief(values), replace(context, metric=metric), rows())
            assert np.isfinite(outputs(entry, model, rows(), task)).all()
            if entry.tags.staged:
                check_staged(entry, brief(values), replace(context, metric=metric))


@pytest.mark.parametrize(("name", "task"), FITTED)
def test_fits_every_configuration_and_a_pickle_predicts_the_same(name: str, task: Task) -> None:
    entry = components()[name]
    X = rows_for(entry)
    for values in configurations(entry, task):
        estimator = fitted(entry, values, context_of(task), X)
        result = outputs(entry, estimator, X, task)
        again = outputs(entry, pickle.loads(pickle.dumps(estimator)), X, task)
        np.testing.assert_array_equal(result, again)
        if entry.role is Role.MODEL:
            n_outputs = 1 if task is Task.REGRESSION else len(np.unique(target(task)))
            assert result.shape == (N_ROWS, n_outputs)
            assert np.isfinite(result).all()
        if entry.role is Role.MODEL and task.is_classification:
            np.testing.assert_array_equal(estimator.classes_, np.unique(target(task)))
            np.testing.assert_allclose(result.sum(axis=1), 1.0, rtol=1e-6)


@pytest.mark.parametrize(("name", "task"), FITTED)
def test_same_seed_same_predictions(name: str, task: Task) -> None:
    entry = components()[name]
    X, values = rows_for(entry), configurations(entry, task, 1)[-1]
    first, second = (fitted(entry, values, context_of(task), X) for _ in range(2))
    np.testing.assert_array_equal(outputs(entry, first, X, task), outputs(entry, second, X, task))


@pytest.mark.parametrize(("name", "task"), CASES)
def test_space_survives_json(name: str, task: Task) -> None:
    space = components()[name].parameters(task)
    assert from_json(to_json(space)).digest == space.digest
    json.loads(to_json(space))


@pytest.mark.parametrize(("name", "task"), FITTED)
def test_model_and_text_components_match_their_tags(name: str, task: Task) -> None:
    check_tags(components()[name], task)


@pytest.mark.parametrize(("name", "task"), [c for c in MODELS if c.values[1] != Task.REGRESSION])
def test_models_can_be_fitted_on_one_class(name: str, task: Task) -> None:
    entry, X = components()[name], rows()
    estimator = entry.build(configurations(entry, task, 0)[0], context_of(task))
    estimator.fit(X, np.ones(N_ROWS, dtype=np.int64))
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.classes_, [1])
    np.testing.assert_array_equal(again.predict_proba(X), np.ones((N_ROWS, 1)))


@pytest.mark.parametrize("name", [n for n, e in components(task=Task.REGRESSION).items()])
def test_fits_few_and_constant_rows(name: str) -> None:
    entry = components()[name]
    context = context_of(Task.REGRESSION)
    context = replace(context, shape=replace(context.shape, n_rows=12))
    estimator = entry.build(configurations(entry, Task.REGRESSION, 0)[0], context)
    if hasattr(estimator, "fit"):
        same = (
            np.full((12, 4), "a b", dtype=object) if entry.role is Role.TEXT else np.ones((12, 4))
        )
        estimator.fit(same, np.full(12, 7.0))
        if entry.role is Role.MODEL:
            np.testing.assert_allclose(estimator.predict(np.ones((2, 4))), 7.0, rtol=1e-6)


@pytest.mark.parametrize(("name", "task"), MODELS)
def test_past_deadline_still_gives_a_model(name: str, task: Task) -> None:
    entry, X = components()[name], rows()
    context = replace(context_of(task), deadline=-1e9)
    estimator = fitted(entry, configurations(entry, task, 0)[0], context, X)
    assert np.isfinite(outputs(entry, estimator, X, task)).all()


@pytest.mark.parametrize("name", components())
def test_docstring_has_a_reference(name: str) -> None:
    entry = components()[name]
    does_nothing = isinstance(entry, Passthrough) or name in ("constant", "no_text")
    assert does_nothing or "References\n" in (type(entry).__doc__ or "")


@pytest.mark.parametrize(("name", "task"), CASES)
def test_cost_rises_with_the_table(name: str, task: Task) -> None:
    entry = components()[name]
    values = configurations(entry, task, 0)[0]
    costs = [
        entry.cost(values, Shape(n_rows=n, n_columns=20, n_classes=N_CLASSES[task]))
        for n in (100, 10_000, 1_000_000)
    ]
    assert 0 < costs[0].seconds < costs[1].seconds < costs[2].seconds < 1e5
    assert 0 < costs[0].bytes <= costs[1].bytes <= costs[2].bytes


@pytest.mark.parametrize("name", components())
def test_build_needs_only_the_declared_packages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = components()[name]
    check_needs(entry, min(entry.tags.tasks), monkeypatch)


class Liar(Component):
    """Ridge regression that claims what it cannot do."""

    role = Role.MODEL

    def __init__(self, **claims: Any) -> None:
        given = {"tasks": frozenset({Task.REGRESSION}), **claims}
        self.tags = Tags(**given)  # type: ignore[misc, arg-type]

    def parameters(self, task: Task) -> Space:
        return Space([real("alpha", 0.1, 1.0)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.linear_model import Ridge

        if context.is_sparse:
            # Ridge itself supports sparse rows.
            from sklearn.gaussian_process import GaussianProcessRegressor

            return GaussianProcessRegressor()
        return Ridge(**values)


@pytest.mark.parametrize(
    "claims",
    [
        {"missing": True},
        {"categorical": True},
        {"text": True},
        {"sparse": True},
        {"staged": True},
        {"all_folds": True},
        {"out_of_bag": True},
    ],
    ids=str,
)
def test_wrong_tags_are_detected(claims: dict[str, bool]) -> None:
    with pytest.raises((AssertionError, ValueError, TypeError)):
        check_tags(Liar(**claims), Task.REGRESSION)
    check_tags(Liar(), Task.REGRESSION)


def test_wrong_tasks_weights_or_needs_are_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AttributeError):
        check_tags(Liar(tasks=frozenset({Task.BINARY}), weights=False), Task.BINARY)

    class Careless(Liar):
        """One that passes weights over, and needs what it does not say."""

        def build(self, values: Mapping[str, Value], context: Context) -> Any:
            import xgboost
            from sklearn.dummy import DummyRegressor

            assert xgboost
            return DummyRegressor(strategy="quantile", quantile=0.0)

    pytest.importorskip("xgboost")
    with pytest.raises(AssertionError):
        check_tags(Careless(), Task.REGRESSION)
    check_tags(Careless(weights=False), Task.REGRESSION)
    with pytest.raises(ImportError):
        check_needs(Careless(), Task.REGRESSION, monkeypatch)
    check_needs(Careless(needs=("xgboost",)), Task.REGRESSION, monkeypatch)
