from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoskl.components.component import Shape
from autoskl.components.models.hist_gradient_boosting import HistGradientBoosting
from tests.components.factories import context_for, patch_clock, table


def build_boosting(X: Any, n_classes: int, **context: Any) -> Any:
    around = context_for(X, n_classes, **context)
    family = HistGradientBoosting()
    return family.build(family.parameters(around.task).default(), around)


@pytest.mark.parametrize("n_rows", [300, 100])
@pytest.mark.parametrize("n_classes", [1, 3])
def test_distant_deadline_changes_nothing(n_classes: int, n_rows: int) -> None:
    X, y = table(n_rows, 4, n_classes)
    free = build_boosting(X, n_classes).fit(X, y)
    timed = build_boosting(X, n_classes, deadline=1e12).fit(X, y)
    assert free.n_iter_ == timed.n_iter_
    np.testing.assert_allclose(free.predict(X), timed.predict(X))
    assert free.get_params() == timed.get_params()


@pytest.mark.parametrize("n_rows", [300, 100])
def test_deadline_stops_boosting(n_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = table(n_rows, 4, 1)
    model = build_boosting(X, 1)
    clock = patch_clock(monkeypatch)
    model.with_context(context_for(X, 1, deadline=clock.now + 12)).fit(X, y)
    assert 2 <= model.n_iter_ <= 6
    assert model.max_iter == 1000
    assert model.fit(X, y).n_iter_ > 6


def test_stops_early_only_if_rows_can_be_held_out() -> None:
    X, y = table(300, 4, 2)
    assert build_boosting(X, 2).fit(X, y).do_early_stopping_
    y[y == 0] = 1
    y[0] = 0
    alone = build_boosting(X, 2).fit(X, y)
    assert not alone.do_early_stopping_
    assert alone.n_iter_ == 100
    assert not build_boosting(X[:100], 2).fit(*table(100, 4, 2)).do_early_stopping_


def test_categories_are_native_and_many_levels_are_numbers() -> None:
    X, _ = table(400, 3, 2)
    X[:, 1] = np.random.default_rng(0).integers(0, 9, 400)
    y = (X[:, 1] % 2).astype(int)
    model = build_boosting(X, 2, categorical=(1,)).fit(X, y)
    assert model.is_categorical_.tolist() == [False, True, False]
    assert np.mean(model.predict(X) == y) == 1.0
    X[0, 1] = np.nan
    X[1, 1] = 1000
    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize(("bins", "as_levels"), [(63, False), (127, True)])
def test_categories_with_more_levels_than_bins_are_numbers(bins: int, as_levels: bool) -> None:
    X, y = table(400, 3, 1)
    X[:, 1] = np.arange(400) % 100
    around = context_for(X, 1, categorical=(1,))
    columns = tuple(replace(c, n_levels=100 if i == 1 else 0) for i, c in enumerate(around.columns))
    family = HistGradientBoosting()
    values = family.parameters(around.task).complete({"max_bins": bins})
    model = family.build(values, replace(around, columns=columns)).fit(X, y)
    assert model.n_iter_ > 0
    assert (model.is_categorical_ is not None and bool(model.is_categorical_[1])) == as_levels


def test_no_early_stopping_with_too_many_classes() -> None:
    X, _ = table(300, 4, 2)
    many = build_boosting(X, 60).fit(X, np.arange(300) % 60)
    assert not many.do_early_stopping_
    assert build_boosting(X, 30).fit(X, np.arange(300) % 30).do_early_stopping_


@pytest.mark.parametrize("n_classes", [1, 3])
def test_bins_do_not_depend_on_weights(n_classes: int) -> None:
    """Weighted ones take scikit-learn a sort of each column for each of their borders."""
    X, y = table(600, 4, n_classes)
    weight = np.random.default_rng(0).uniform(0.5, 2.0, 600)
    plain, weighted = (
        build_boosting(X, n_classes).fit(X, y),
        build_boosting(X, n_classes).fit(X, y, weight),
    )
    borders = plain._bin_mapper.bin_thresholds_
    assert [len(each) for each in borders] == [254] * 4
    np.testing.assert_array_equal(weighted._bin_mapper.bin_thresholds_, borders)
    assert np.abs(plain.predict(X) - weighted.predict(X)).max() > 0


def test_tables_too_large_to_be_copied_twice_do_not_fit() -> None:
    family = HistGradientBoosting()
    assert family.fits(Shape(n_rows=500_000, n_columns=30, n_classes=2))
    assert not family.fits(Shape(n_rows=1_000_000, n_columns=30, n_classes=2))
