"""Who does the work: how many workers, and how many threads each."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from autoskl.core.errors import ExecutionError, ExecutionWarning
from autoskl.execution.executor import Executor
from autoskl.execution.in_process import InProcess
from autoskl.execution.launcher import PRELOAD
from autoskl.execution.local_workers import LocalWorkers
from autoskl.search.settings import Settings
from autoskl.tables.dataset import Dataset

_THREADED_CELLS = 8_000_000
"""Above this size of the table one fit uses all cores; below, each core has a fit of its own.

Measured by `benchmarks/threads.py`.
"""


_PRELOAD = ("autoskl.evaluation.evaluator",)


@dataclass(frozen=True, slots=True)
class Workforce:
    """Number of workers and of threads in each; no worker means in this process."""

    n_workers: int
    threads: int


def choose_workforce(settings: Settings, dataset: Dataset) -> Workforce:
    """Return how the cores are shared out.

    Without a clock every fit has one thread, and the work stays in this process where one worker
    would do: nothing needs to be killed in time.
    """
    if not settings.timed:
        alone = settings.n_jobs == 1 or settings.n_trials == 1
        return Workforce(0 if alone else settings.n_jobs, 1)
    cells = dataset.n_rows * dataset.n_columns
    if cells > _THREADED_CELLS and settings.n_jobs > 1:
        return Workforce(1, settings.n_jobs)
    return Workforce(settings.n_jobs, 1)


def start_executor(workforce: Workforce, memory_limit: int | None) -> Executor:
    """Return an executor; its workers get ready in the background."""
    if workforce.n_workers == 0:
        return InProcess()
    try:
        return LocalWorkers(
            workforce.n_workers,
            threads_per_worker=workforce.threads,
            memory_limit=memory_limit,
            preload=(*PRELOAD, *_PRELOAD),
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
