"""Limits on the threads of native libraries."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

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
    controller = _controller(len(sys.modules))
    with _BLAS.keep(controller), controller.limit(limits=threads):
        yield


class _BlasThreads:
    """Restores the threads of BLAS libraries after blocks that overlap in several Python threads.

    OpenMP has a limit for each Python thread, but BLAS has one for the process. A block that begins
    while another one limits it takes that limit for the original one, and would restore it last.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n_blocks = 0
        self._original: dict[str, int] = {}

    @contextmanager
    def keep(self, controller: ThreadpoolController) -> Iterator[None]:
        """Restore the original numbers after the block, if no other block is left."""
        with self._lock:
            if self._n_blocks == 0:
                self._original = _blas_threads(controller)
            self._n_blocks += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_blocks -= 1
                if self._n_blocks == 0 and _blas_threads(controller) != self._original:
                    controller.limit(limits=self._original)
                    # Since threadpoolctl 3.8 a thread that sets limits controls BLAS alone, until
                    # it leaves a block.
                    with controller.limit(limits=None):
                        pass


_BLAS = _BlasThreads()


def _blas_threads(controller: ThreadpoolController) -> dict[str, int]:
    libraries = controller.select(user_api="blas").info()
    return {library["filepath"]: library["num_threads"] for library in libraries}


@lru_cache(maxsize=1)
def _controller(n_modules: int) -> ThreadpoolController:
    """Find the native libraries; takes milliseconds, so only repeated after further imports."""
    return ThreadpoolController()
