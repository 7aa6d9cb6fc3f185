from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, fbeta_score, make_scorer

from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.search.scorer_identity import identity_of


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
    return identity_of(resolve_scoring(scoring, Task.BINARY, np.array([0, 1])))


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


def test_another_process_tells_the_same() -> None:
    script = (
        "import numpy as np\n"
        "from autoskl.core.scoring import resolve_scoring\n"
        "from autoskl.core.task import Task\n"
        "from autoskl.search.scorer_identity import identity_of\n"
        "def scorer(estimator, X, y, thing=object()):\n"
        "    return 1.0 if str(y[0]) in {'a', 'b', 'c', 'd'} else 0.0\n"
        "print(identity_of(resolve_scoring(scorer, Task.BINARY, np.array([0, 1]))))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
