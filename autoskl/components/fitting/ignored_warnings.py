"""Contexts that silence the warnings of fits during a search, whose scores show the problem too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from autoskl.core import process_state


@contextmanager
def ignore_warnings() -> Iterator[None]:
    """Silence all warnings, including NumPy's about floating-point errors."""
    with process_state.ignore_warnings(), np.errstate(all="ignore"):
        yield


@contextmanager
def ignore_solver_warnings() -> Iterator[None]:
    """Silence warnings of solvers.

    Iterations are limited on purpose, and there is a fallback for singular matrices.
    """
    from scipy.linalg import LinAlgWarning

    with process_state.ignore_warnings(ConvergenceWarning, LinAlgWarning):
        yield
