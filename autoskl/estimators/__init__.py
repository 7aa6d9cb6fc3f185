"""The public scikit-learn estimators."""

from autoskl.estimators.classifier import AutoClassifier
from autoskl.estimators.regressor import AutoRegressor

__all__ = ["AutoClassifier", "AutoRegressor"]
