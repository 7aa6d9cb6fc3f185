"""All of scikit-learn's estimator checks, without exceptions."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from autoskl import AutoClassifier, AutoRegressor

# Tables of the checks are repaired with a warning, as they should be; only errors matter here.
pytestmark = pytest.mark.filterwarnings("ignore")


@parametrize_with_checks(
    [
        AutoClassifier(n_trials=1, time_limit=None, random_state=0),
        AutoRegressor(n_trials=1, time_limit=None, random_state=0),
    ]
)
def test_scikit_learn_check(estimator, check):
    check(estimator)
