"""Networks for tables as scikit-learn estimators: many of the same shape are trained at once.

Fitting needs torch; predicting, and loading a pickle, does not.
"""

from autoskl.neural.chain_mlp import ChainMLPClassifier, ChainMLPRegressor
from autoskl.neural.real_mlp import RealMLPClassifier, RealMLPRegressor
from autoskl.neural.tabm import TabMClassifier, TabMRegressor

__all__ = [
    "ChainMLPClassifier",
    "ChainMLPRegressor",
    "RealMLPClassifier",
    "RealMLPRegressor",
    "TabMClassifier",
    "TabMRegressor",
]
