"""The settings of a fit, validated and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoskl.core.events import Listener
from autoskl.core.metrics import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Resolved parameters of an estimator; see `AutoClassifier` for their meaning.

    Attributes
    ----------
    started : float
        Time on the clock at which ``fit`` was called.
    memory_limit : int or None
        Bytes for all processes together.
    memory_is_given : bool
        Whether the user gave it as a number.
    n_jobs : int
        Number of workers.
    seed_is_given : bool
        Whether the user chose the seed; otherwise a resumed run keeps its own.
    run_directory : Path or None
        Absolute path of the directory in which the run is recorded.
    """

    metric: Metric
    started: float
    time_limit: float | None = 300.0
    n_trials: int | None = None
    patience: int | None = None
    trial_time_limit: float | None = None
    memory_limit: int | None = None
    memory_is_given: bool = False
    cv: Any = "auto"
    n_jobs: int = 1
    device: str = "cpu"
    seed: int = 0
    seed_is_given: bool = True
    include: Mapping[str, Sequence[str]] | Sequence[str] | None = None
    exclude: Mapping[str, Sequence[str]] | Sequence[str] | None = None
    search_space: Any = None
    search: Any = "auto"
    ensemble_size: int = 40
    raise_interrupt: bool = False
    run_directory: Path | None = None
    store: str | None = None
    warm_start: str | bool = "portfolio"
    listeners: tuple[Listener, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether the fit has a time limit; without one it is deterministic."""
        return self.time_limit is not None
