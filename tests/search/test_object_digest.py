from __future__ import annotations

import datetime
import decimal
import math
import os
import pathlib
import re
import subprocess
import sys
import threading
from collections import OrderedDict
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, fbeta_score, make_scorer

from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.search import object_digest as object_digest_module
from autoskl.search.object_digest import metric_identity


class Slotted:
    __slots__ = ("weight",)

    def __init__(self, weight: Any) -> None:
        self.weight = weight


class Scorer:
    """Scores with a weight of its own."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def __call__(self, estimator: Any, X: Any, y: Any) -> float:
        return self.weight


def closed(value: float) -> Any:
    return lambda estimator, X, y: value


def with_extra(estimator: Any, X: Any, y: Any, extra: float = 0.0) -> float:
    return extra


def identity(scoring: Any) -> str:
    return metric_identity(resolve_scoring(scoring, Task.BINARY, np.array([0, 1])))


MAKERS = [
    lambda value: make_scorer(fbeta_score, beta=value),
    Scorer,
    closed,
    lambda value: partial(with_extra, extra=value),
]


@pytest.mark.parametrize("make", MAKERS)
def test_other_arguments_make_another_scorer(make: Any) -> None:
    assert identity(make(0.5)) == identity(make(0.5)) != identity(make(2.0))


def test_lambdas_differ_by_what_they_do() -> None:
    assert identity(lambda e, X, y: 1.0) != identity(lambda e, X, y: 2.0)


def test_sign_and_response_count() -> None:
    plain = make_scorer(accuracy_score, normalize=False)
    assert identity(plain) != identity(
        make_scorer(accuracy_score, normalize=False, greater_is_better=False)
    )


def test_named_metrics_are_their_names() -> None:
    assert identity("accuracy") == "accuracy"
    assert identity(None) == "neg_log_loss"


def test_a_scorer_may_refer_to_itself_and_to_objects() -> None:
    def countdown(estimator: Any, X: Any, y: Any) -> float:
        return countdown(estimator, X, y) if len(y) > 10**9 else held.weight

    held = Scorer(0.5)
    assert identity(countdown) == identity(countdown)
    assert identity(held.__call__) == identity(Scorer(0.5).__call__)
    assert identity(held.__call__) != identity(Scorer(2.0).__call__)


# Objects that only their pickle tells apart, and tables however they are stored.
HELD = [
    lambda value: Slotted(value),
    lambda value: {"costs": Slotted(value)}.get,
    lambda value: {(1, 2): Slotted(value)},
    lambda value: OrderedDict(cost=value),
    lambda value: datetime.date(2020, 1, 1 + value),
    lambda value: decimal.Decimal(value),
    lambda value: pathlib.Path(str(value)),
    lambda value: re.compile(str(value)),
    lambda value: np.random.default_rng(value),
    lambda value: np.array([Slotted(value)]),
    lambda value: np.ma.masked_array([1, 2], mask=[value == 1, False]),
    lambda value: pd.DataFrame([[0, 1], [1, value]]),
    lambda value: pd.DataFrame({"a": [0, 1]}, index=[0, value]),
    lambda value: pd.Series([0, value]),
    lambda value: pd.Series([0], dtype=f"float{32 * value}"),
    lambda value: pd.Index([0, value]),
    lambda value: {frozenset({value}), frozenset({3})},
]


@pytest.mark.parametrize("make", HELD)
def test_other_objects_held_make_another_scorer(make: Any) -> None:
    assert identity(Scorer(make(1))) == identity(Scorer(make(1))) != identity(Scorer(make(2)))


def test_what_cannot_be_pickled_is_told_by_its_type() -> None:
    assert identity(Scorer(threading.Lock())) == identity(Scorer(threading.Lock()))


def test_modules_are_told_by_their_names() -> None:
    def imports(module: Any) -> Any:
        return lambda estimator, X, y: module.pi

    # Whole, they would be walked for hours.
    assert identity(imports(math)) == identity(imports(math)) != identity(imports(np))


def test_what_is_held_many_times_is_told_once() -> None:
    held: list[Any] = []
    for _ in range(60):
        held = [held, held]
    assert identity(Scorer(held)) == identity(Scorer(held))


def test_there_is_an_end_to_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_digest_module, "_MAX_OBJECTS", 1_000)
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    many: list[Any] = [[] for _ in range(2_000)]
    assert identity(Scorer(deep)) != identity(Scorer(many)) == identity(Scorer(many))


def test_a_closure_may_lack_a_value() -> None:
    def scorer(estimator: Any, X: Any, y: Any) -> float:
        return later

    if not callable(scorer):
        later = 1.0
    assert identity(scorer) == identity(scorer)


def test_another_process_tells_the_same() -> None:
    script = (
        "import numpy as np, pandas as pd\n"
        "from autoskl.core.scoring import resolve_scoring\n"
        "from autoskl.core.task import Task\n"
        "from autoskl.search.object_digest import metric_identity\n"
        "class LocalHandle:\n"
        "    pass\n"
        "one, two = LocalHandle(), LocalHandle()\n"
        "one.other, two.other, two.name = two, one, 'two'\n"
        "costs, rng = pd.DataFrame({'a': [1.0], 'b': ['x']}), np.random.default_rng(0)\n"
        "def scorer(estimator, X, y, things=(object(), {one, two}, costs, rng, pd, np.mean)):\n"
        "    return 1.0 if str(y[0]) in {'a', 'b', 'c', 'd'} else 0.0\n"
        "print(metric_identity(resolve_scoring(scorer, Task.BINARY, np.array([0, 1]))))\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
