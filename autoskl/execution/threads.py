"""How many threads native libraries use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


def thread_environment(threads: int) -> dict[str, str]:
    """Return environment variables that must be set before numpy is imported."""
    return dict.fromkeys(_COUNTS, str(threads))


@contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Let BLAS and OpenMP use at most ``threads`` threads in the block."""
    with _controller(len(sys.modules)).limit(limits=threads):
        yield


@lru_cache(maxsize=1)
def _controller(n_modules: int) -> ThreadpoolController:
    """Find the native libraries; milliseconds, so only again after further imports."""
    return ThreadpoolController()
