"""scikit-learn's own checks, all of them, without an exception."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from autoskl import AutoClassifier, AutoRegressor

# What the checks feed is repaired and told, as it should be; here only errors count.
pytestmark = pytest.mark.filterwarnings("ignore")


@parametrize_with_checks(
    [
        AutoClassifier(n_trials=1, time_limit=None, random_state=0),
        AutoRegressor(n_trials=1, time_limit=None, random_state=0),
    ]
)
def test_scikit_learn_check(estimator, check):
    check(estimator)
