"""autoskl: AutoML for people who write scikit-learn code."""

from __future__ import annotations

from autoskl.estimators.classifier import AutoClassifier
from autoskl.estimators.regressor import AutoRegressor

__version__ = "0.1.0"
__all__ = ["AutoClassifier", "AutoRegressor", "__version__"]
