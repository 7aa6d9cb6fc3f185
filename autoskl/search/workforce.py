"""The workers: how many there are, and how many threads each of them uses."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

from autoskl.components.registry import module_names
from autoskl.core.errors import ExecutionError, ExecutionWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.core.trial import Trial
from autoskl.execution.executor import Executor
from autoskl.execution.in_process import InProcess
from autoskl.execution.launcher import PRELOAD
from autoskl.execution.local_workers import LocalWorkers
from autoskl.search.settings import Settings
from autoskl.tables.dataset import Dataset

WIDE_CELLS = 8_000_000
"""Above this size one fit uses all cores; below, each core has its own fit.

See `benchmarks/threads.py`.
"""

LARGE_CELLS = 16_000_000
"""Above this size there are fewer workers with more threads each: the private memory of each
worker, mostly libraries, matters, and a second thread is worth a second worker."""

_LARGE_THREADS = 4
_THREAD_EFFICIENCY = 0.8
_PRELOAD = ("autoskl.evaluation.evaluator",)


@dataclass(frozen=True, slots=True)
class Workforce:
    """How the cores are divided.

    Attributes
    ----------
    n_workers : int
        Units at a time; 0 means one, in this process.
    own_threads : int
        Threads of a fit that runs beside others.
    wide_threads : int
        Threads of a fit that is large enough to use all cores.
    cells : int
        Cells of the whole table.
    """

    n_workers: int
    own_threads: int
    wide_threads: int
    cells: int

    @property
    def saves_memory(self) -> bool:
        """Whether to save memory rather than time to replace a killed worker."""
        return self.n_workers == 1 and self.cells > LARGE_CELLS

    def threads(self, trial: Trial) -> int:
        """Return the threads of a fit of a trial."""
        wide = self.cells * trial.fidelity.rows > WIDE_CELLS
        return self.wide_threads if wide else self.own_threads

    def runs_alone(self, trial: Trial) -> bool:
        """Return whether a fit uses the threads of all workers, so that it must run alone."""
        return self.threads(trial) > self.own_threads

    def speedup(self, trial: Trial) -> float:
        """Return the speed-up of a fit over one thread."""
        return 1.0 + _THREAD_EFFICIENCY * (self.threads(trial) - 1)


def choose_workforce(settings: Settings, dataset: Dataset) -> Workforce:
    """Return how to divide the cores.

    Without a clock every fit uses one thread, and a single worker is replaced by this process
    unless fits have a time limit: only those of a worker can be killed.
    """
    cells = dataset.n_rows * dataset.width
    n_jobs = settings.n_jobs
    if not settings.timed:
        alone = n_jobs == 1 or settings.n_trials == 1
        fewest = 0 if settings.trial_time_limit is None else 1
        return Workforce(fewest if alone else n_jobs, own_threads=1, wide_threads=1, cells=cells)
    n_workers = math.ceil(n_jobs / _LARGE_THREADS) if cells > LARGE_CELLS else n_jobs
    return Workforce(n_workers, n_jobs // n_workers, n_jobs, cells)


def start_executor(workforce: Workforce, memory_limit: int | None) -> Executor:
    """Return an executor, whose workers start in the background."""
    if workforce.n_workers == 0:
        return InProcess()
    try:
        return LocalWorkers(
            workforce.n_workers,
            memory_limit=memory_limit,
            preload=(*PRELOAD, *_PRELOAD, *module_names()),
            preload_in_workers=workforce.saves_memory,
            save_memory=workforce.cells > LARGE_CELLS,
        )
    except ExecutionError as error:
        warn_in_process(error)
        return InProcess()


def warn_in_process(error: ExecutionError) -> None:
    """Warn that there are no workers, and of the consequences."""
    warnings.warn(
        f"Worker processes cannot be used here ({error}) Models are fitted in this process "
        "instead, and a fit that does not stop by itself can overrun the time limit.",
        ExecutionWarning,
        stacklevel=user_stack_level(),
    )
