"""Who does the work: how many workers, and how many threads each."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

from autoskl.components.registry import module_names
from autoskl.core.errors import ExecutionError, ExecutionWarning
from autoskl.core.trial import Trial
from autoskl.execution.executor import Executor
from autoskl.execution.in_process import InProcess
from autoskl.execution.launcher import PRELOAD
from autoskl.execution.local_workers import LocalWorkers
from autoskl.search.settings import Settings
from autoskl.tables.dataset import Dataset

WIDE_CELLS = 8_000_000
"""Above this size one fit gets all cores; below, each core has a fit of its own.

See `benchmarks/threads.py`.
"""

LARGE_CELLS = 16_000_000
"""Above this size there are fewer workers with more threads: what each has of its own, mostly
libraries, is then a large part of the memory, and second threads are worth second workers."""

_LARGE_THREADS = 4
_THREAD_EFFICIENCY = 0.8
_PRELOAD = ("autoskl.evaluation.evaluator",)


@dataclass(frozen=True, slots=True)
class Workforce:
    """How the cores are shared out.

    Attributes
    ----------
    n_workers : int
        Units at a time; 0 means one, in this process.
    own_threads : int
        Threads of a fit beside which others run.
    wide_threads : int
        Threads of a fit that is large enough to have all cores.
    cells : int
        Of the whole table.
    """

    n_workers: int
    own_threads: int
    wide_threads: int
    cells: int

    @property
    def is_lean(self) -> bool:
        """Whether memory counts for more than how soon a worker that was killed is replaced."""
        return self.n_workers == 1 and self.cells > LARGE_CELLS

    def threads(self, trial: Trial) -> int:
        """Threads of a fit of a trial."""
        wide = self.cells * trial.fidelity.rows > WIDE_CELLS
        return self.wide_threads if wide else self.own_threads

    def runs_alone(self, trial: Trial) -> bool:
        """Whether nothing else may run beside a fit, since it has the threads of all workers."""
        return self.threads(trial) > self.own_threads

    def speedup(self, trial: Trial) -> float:
        """How much quicker a fit is than on one thread."""
        return 1.0 + _THREAD_EFFICIENCY * (self.threads(trial) - 1)


def choose_workforce(settings: Settings, dataset: Dataset) -> Workforce:
    """Return how the cores are shared out.

    Without a clock every fit has one thread, and the work stays in this process where one worker
    would do: nothing needs to be killed in time.
    """
    cells = dataset.n_rows * dataset.width
    n_jobs = settings.n_jobs
    if not settings.timed:
        alone = n_jobs == 1 or settings.n_trials == 1
        return Workforce(0 if alone else n_jobs, own_threads=1, wide_threads=1, cells=cells)
    n_workers = math.ceil(n_jobs / _LARGE_THREADS) if cells > LARGE_CELLS else n_jobs
    return Workforce(n_workers, n_jobs // n_workers, n_jobs, cells)


def start_executor(workforce: Workforce, memory_limit: int | None) -> Executor:
    """Return an executor; its workers get ready in the background."""
    if workforce.n_workers == 0:
        return InProcess()
    try:
        return LocalWorkers(
            workforce.n_workers,
            memory_limit=memory_limit,
            preload=(*PRELOAD, *_PRELOAD, *module_names()),
            lean=workforce.is_lean,
        )
    except ExecutionError as error:
        warn_in_process(error)
        return InProcess()


def warn_in_process(error: ExecutionError) -> None:
    """Say that there are no workers, and what follows from it."""
    warnings.warn(
        f"Worker processes cannot be used here ({error}) Models are fitted in this process "
        "instead, and a fit that does not stop by itself can overrun the time limit.",
        ExecutionWarning,
        stacklevel=2,
    )
