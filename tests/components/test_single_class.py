from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from autoskl.components.models.hist_gradient_boosting import HistGradientBoosting
from autoskl.components.models.linear import Linear
from autoskl.core.task import Task
from tests.components.factories import context_for, table


@pytest.mark.parametrize(
    "family", [Linear(), HistGradientBoosting()], ids=lambda f: type(f).__name__
)
@pytest.mark.parametrize("deadline", [None, 1e12])
def test_one_class_has_probability_1_and_refits_may_have_more(
    family: Linear | HistGradientBoosting, deadline: float | None
) -> None:
    X, y = table(40)
    context = replace(context_for(X), deadline=deadline)
    model = family.build(family.parameters(Task.BINARY).default(), context)
    model.fit(X, np.full(40, 3))
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(X).tolist() == [3] * 40
    assert model.predict_proba(X).tolist() == [[1.0]] * 40
    assert model.fit(X, y).predict_proba(X).shape == (40, 2)
