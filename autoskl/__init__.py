"""autoskl: AutoML for people who write scikit-learn code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autoskl.core.version import VERSION as __version__

if TYPE_CHECKING:
    from autoskl.components.registry import register
    from autoskl.estimators.classifier import AutoClassifier
    from autoskl.estimators.regressor import AutoRegressor
    from autoskl.pipelines.default_space import default_space

__all__ = ["AutoClassifier", "AutoRegressor", "__version__", "default_space", "register"]

_MODULES = {
    "AutoClassifier": "autoskl.estimators.classifier",
    "AutoRegressor": "autoskl.estimators.regressor",
    "default_space": "autoskl.pipelines.default_space",
    "register": "autoskl.components.registry",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, as worker processes need none of them."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
