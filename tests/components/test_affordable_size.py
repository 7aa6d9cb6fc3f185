"""Fits are reduced in size in advance if time is short."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from autoskl.components.building.affordable_size import affordable_rows, first_affordable, halvings
from autoskl.components.registry import component, shipped
from tests.components.factories import context_for


@pytest.mark.parametrize(
    ("seconds", "rows"), [(None, 9_000), (1e9, 9_000), (2.0, 1_000), (0.01, 200), (-3.0, 200)]
)
def test_rows_are_limited_to_half_the_time_left(
    seconds: float | None, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    deadline = None if seconds is None else 50.0 + seconds
    context = replace(context_for(np.zeros((2, 2))), deadline=deadline)
    assert affordable_rows(context, lambda n: n**2 / 1e6, 9_000) == rows


def test_halvings_end_with_the_minimum() -> None:
    assert halvings(254, 64) == [254, 127, 64]
    assert halvings(64, 64) == [64]
    assert halvings(3, 64) == [3]


@pytest.mark.parametrize(
    ("seconds", "form"), [(None, 90), (90.0, 90), (50.0, 45), (1.0, 10), (-1, 10)]
)
def test_first_affordable_setting_is_returned(
    seconds: float | None, form: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    deadline = None if seconds is None else 50.0 + seconds
    context = replace(context_for(np.zeros((2, 2))), deadline=deadline)
    assert first_affordable(context, halvings(90, 10), float) == form


@pytest.mark.parametrize("name", ["catboost", "explainable_boosting", "hist_gradient_boosting"])
@pytest.mark.parametrize("n_classes", [1, 8])
def test_wide_tables_get_a_coarser_model_if_time_is_short(
    name: str, n_classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, context = shipped()[name], context_for(np.zeros((1_000, 400)), n_classes)
    for package in entry.tags.needs:
        pytest.importorskip(package)
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    values = entry.parameters(context.task).default()

    def size(deadline: float | None) -> tuple[int, ...]:
        model = entry.build(values, replace(context, deadline=deadline))
        own = {**model.get_params(), **(model.get_params().get("parameters") or {})}
        names = ["max_bins", "border_count", "depth", "max_leaf_nodes", "outer_bags"]
        return tuple(own[name] for name in names if name in own)

    quick, slow, free = size(50.1), size(1e9), size(None)
    assert slow == free
    assert quick != free
    assert all(less <= more for less, more in zip(quick, free, strict=True))


@pytest.mark.parametrize(
    "name", ["kernel_ridge", "gaussian_process", "kernel_svm", "quantile_regression"]
)
def test_fits_that_cannot_be_interrupted_use_fewer_rows(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    entry, context = component(name), context_for(np.zeros((20_000, 30)))
    values = entry.parameters(context.task).default()
    rows = [
        entry.build(values, replace(context, deadline=deadline)).max_rows
        for deadline in (50.0, 50.5, 51.0, None)
    ]
    assert rows == sorted(set(rows))
    assert rows[0] <= 200
