"""Limits on the threads of native libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

from autoskl.core.process_state import PROCESS_STATE

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


def thread_environment(threads: int) -> dict[str, str]:
    """Return environment variables, which must be set before NumPy is imported."""
    return dict.fromkeys(_VARIABLES, str(threads))


@contextmanager
def limit_threads(threads: int) -> Iterator[None]:
    """Let BLAS and OpenMP use at most ``threads`` threads in the block."""
    with PROCESS_STATE.enter(_limit(threads)):
        yield


@contextmanager
def _limit(threads: int) -> Iterator[None]:
    with _controller(len(sys.modules)).limit(limits=threads):
        yield


@lru_cache(maxsize=1)
def _controller(n_modules: int) -> ThreadpoolController:
    """Find the native libraries; takes milliseconds, so only repeated after further imports."""
    return ThreadpoolController()
