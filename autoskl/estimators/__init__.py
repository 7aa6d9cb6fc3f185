"""The scikit-learn estimators that users touch."""

from autoskl.estimators.classifier import AutoClassifier
from autoskl.estimators.regressor import AutoRegressor

__all__ = ["AutoClassifier", "AutoRegressor"]
