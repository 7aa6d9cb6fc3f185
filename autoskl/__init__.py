"""autoskl: AutoML for people who write scikit-learn code."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
