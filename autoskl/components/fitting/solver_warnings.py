"""A context that silences warnings of solvers during a search, whose scores show problems too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sklearn.exceptions import ConvergenceWarning

from autoskl.core.process_state import ignore_warnings


@contextmanager
def ignore_solver_warnings() -> Iterator[None]:
    """Silence warnings of solvers.

    Iterations are limited on purpose, and there is a fallback for singular matrices.
    """
    from scipy.linalg import LinAlgWarning

    with ignore_warnings(ConvergenceWarning, LinAlgWarning):
        yield
