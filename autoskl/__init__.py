"""autoskl: AutoML for people who write scikit-learn code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoskl.estimators.classifier import AutoClassifier
from autoskl.estimators.regressor import AutoRegressor

if TYPE_CHECKING:
    from autoskl.components.registry import register
    from autoskl.pipelines.default_space import default_space

__version__ = "0.1.0"
__all__ = ["AutoClassifier", "AutoRegressor", "__version__", "default_space", "register"]


def __getattr__(name: str) -> Any:
    """Import what only those need who extend the catalogue, when they ask for it."""
    if name == "register":
        from autoskl.components.registry import register

        return register
    if name == "default_space":
        from autoskl.pipelines.default_space import default_space

        return default_space
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
