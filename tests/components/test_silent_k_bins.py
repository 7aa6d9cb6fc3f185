"""Bin edges of large tables are computed from a sample."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import KBinsDiscretizer

from autoskl.components.registry import component
from autoskl.components.transformers.silent_k_bins import SilentKBinsDiscretizer
from autoskl.core.task import Task
from tests.components.factories import context_for

X = np.random.default_rng(0).normal(size=(3_000, 2))
STRATEGIES = pytest.mark.parametrize("strategy", ["quantile", "uniform", "kmeans"])


def bins(strategy: str, subsample: int | None) -> SilentKBinsDiscretizer:
    return SilentKBinsDiscretizer(
        5, strategy=strategy, subsample=subsample, random_state=0, encode="ordinal"
    )


@STRATEGIES
def test_all_rows_are_used_if_there_are_few(strategy: str) -> None:
    found, plain = bins(strategy, 3_000).fit(X), bins(strategy, None).fit(X)
    for edges, expected in zip(found.bin_edges_, plain.bin_edges_, strict=True):
        np.testing.assert_array_equal(edges, expected)


@STRATEGIES
@pytest.mark.parametrize("weighted", [False, True])
def test_sample_is_used_if_there_are_many_rows(
    strategy: str, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    plain = KBinsDiscretizer.fit

    def fit(self: object, X: object, y: object = None, sample_weight: object = None) -> object:
        seen.append(len(X))  # type: ignore[arg-type]
        return plain(self, X, y, sample_weight)

    monkeypatch.setattr(KBinsDiscretizer, "fit", fit)
    weight = np.where(np.arange(3_000) % 2, 1.0, 0.0) if weighted else None
    made = bins(strategy, 1_000).fit(X, sample_weight=weight).transform(X)
    assert seen == [1_000]
    assert len(np.unique(made)) == 5


def test_component_samples_at_most_200_000_rows() -> None:
    entry = component("k_bins")
    step = entry.build(entry.parameters(Task.BINARY).default(), context_for(X))
    assert step.estimator.subsample == 200_000
