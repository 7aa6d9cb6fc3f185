"""What a fit will take of the memory, and what is done about one that takes too much."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autoskl.components.component import Cost, Shape
from autoskl.components.registry import component
from autoskl.core.clock import Clock
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Trial
from autoskl.evaluation.arrangement import is_large
from autoskl.execution.memory import exact_private
from autoskl.execution.memory_watch import in_words
from autoskl.pipelines.costs import PipelineCosts, Prepared
from autoskl.pipelines.placement import STEPS
from autoskl.search.settings import Settings
from autoskl.tables.dataset import Dataset

_FIT_BYTES = 30e6
"""What a worker takes for itself: libraries that the template lacks, the allocator's slack."""

_OTHERS_BYTES = 120e6
"""The template process and what idle workers have of their own."""

_MAIN_BYTES = 200e6
"""The main process where nothing measured may decide: libraries, predictions of held-out rows."""

_TRUSTED_BYTES = 60e6
"""Smaller needs say nothing about larger ones: they are mostly what every process has."""

_CAUTION = 1.1
_KILLED_FACTOR = 1.5
_LARGEST_FACTOR = 20.0
_LEAST_ROWS = 1_000
_LEAST_COPY = 1e8
_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """Size of the table for which memory is planned.

    Attributes
    ----------
    shape : Shape
        Of all rows; the columns of a sparse table are the entries of its usual row.
    row_bytes : float
        Bytes of an encoded row.
    train_share : float
        Share of the rows that a fold fits.
    pipelines : PipelineCosts or None
        Knows how wide the steps before a model leave the rows; without it, as wide as they are.
    """

    shape: Shape
    row_bytes: float
    train_share: float
    pipelines: PipelineCosts | None = None

    @property
    def n_bytes(self) -> float:
        """Bytes of the encoded table."""
        return self.row_bytes * self.shape.n_rows

    def prepared(self, trial: Trial, n_rows: int) -> Prepared:
        """Return what the model of a trial receives, and what the steps before it take."""
        if self.pipelines is None:
            return Prepared(replace(self.shape, n_rows=n_rows), Cost(seconds=0.0, bytes=0.0))
        return self.pipelines.prepared(trial.configuration, n_rows)


class MemoryPlan:
    """Predicts what each fit takes, and says which must not start.

    A component's prior is multiplied by the largest ratio of measured and predicted bytes that its
    family has shown. Without a clock nothing measured decides, so that there the prior stands, and
    fits are refused only under a limit that the user gave as a number.

    Parameters
    ----------
    table : TableSize
    limit : int or None
        Bytes for all processes together.
    given : bool
        Whether the limit is a number of the user's rather than what the machine has left.
    timed : bool
        Whether measurements may decide.
    clock : Clock
    used : callable, default=private bytes of this process
        Bytes that the main process holds now; exchanged in tests.

    Attributes
    ----------
    shrunk : dict of str to (float, float)
        For each family that got fewer rows: the share, and the limit that would allow all.
    """

    def __init__(
        self,
        table: TableSize,
        limit: int | None,
        *,
        given: bool,
        timed: bool,
        clock: Clock,
        used: Callable[[], int] = lambda: exact_private("self"),
    ) -> None:
        self._table = table
        self._limit = limit if timed or given else None
        self._given = given
        self._timed = timed
        self._clock = clock
        self._used = used
        self._looked = (-math.inf, 0)
        self._factors: dict[str, float] = {}
        self.shrunk: dict[str, tuple[float, float]] = {}

    def need(self, trial: Trial) -> int:
        """Predict the private bytes of a worker that fits a fold of a trial."""
        family = str(trial.configuration["model"])
        return int(_FIT_BYTES + self._factors.get(family, 1.0) * self._prior(trial))

    def refusal(self, trial: Trial) -> str | None:
        """Return why a trial must not be started, with the limit that would allow it, or None."""
        if self._limit is None or trial.origin == "constant":
            return None
        need, free = self.need(trial), self._limit - self._held()
        if need <= free:
            return None
        return (
            f"Not started: a fit needs about {in_words(need)} of memory, and "
            f"{in_words(max(free, 0.0))} are free for one under memory_limit="
            f"{in_words(self._limit)}. A memory_limit of at least "
            f"{in_words(self._wanted(need))} would allow it."
        )

    def allows(self, trial: Trial) -> bool:
        """Whether a trial has room, and is worth what it takes.

        Of a large table, steps before a model may copy as much as the table itself has, encoded.
        More is left to boosted trees, which gain most from further rows, and to those who ask for
        it by a limit of their own.
        """
        return self.refusal(trial) is None and not self._wastes(trial)

    def affordable(self, configuration: Configuration, fidelity: Fidelity) -> Fidelity:
        """Return the fidelity, with fewer rows if they make the difference and time is limited.

        Parameters
        ----------
        configuration : Configuration
        fidelity : Fidelity
        """
        trial = Trial(-1, configuration, fidelity)
        if not self._timed or self.allows(trial):
            return fidelity
        is_refused = self.refusal(trial) is not None
        wanted = self._wanted(self.need(trial))
        smaller = trial
        while smaller.fidelity.rows / 2 * self._table.shape.n_rows >= _LEAST_ROWS:
            fewer = replace(smaller.fidelity, rows=smaller.fidelity.rows / 2)
            smaller = replace(smaller, fidelity=fewer)
            if self.allows(smaller):
                family = str(configuration["model"])
                before = self.shrunk.get(family, (1.0, 0.0))
                if is_refused:
                    self.shrunk[family] = min(before[0], fewer.rows), max(before[1], wanted)
                return fewer
        return fidelity

    def observe(self, trial: Trial, result: FoldResult) -> None:
        """Learn from the peak of a finished fold, or of one that was stopped for its memory."""
        prior = self._prior(trial)
        measured = result.peak_bytes - _FIT_BYTES
        is_told = result.ok or result.status is Status.MEMORY
        if not self._timed or not is_told or max(measured, prior) < _TRUSTED_BYTES or measured <= 0:
            return
        ratio = measured / prior * (_CAUTION if result.ok else _KILLED_FACTOR)
        family = str(trial.configuration["model"])
        known = self._factors.get(family, 0.0)
        self._factors[family] = min(max(known, ratio), _LARGEST_FACTOR)

    def shrinking(self) -> str:
        """Return in words which families got fewer rows, "" for none."""
        if not self.shrunk or self._limit is None:
            return ""
        names = ", ".join(f"{n} ({share:.0%})" for n, (share, _) in sorted(self.shrunk.items()))
        wanted = max(wanted for _, wanted in self.shrunk.values())
        return (
            f"Some families were fitted on a share of the rows to stay within memory_limit="
            f"{in_words(self._limit)}: {names}. A memory_limit of at least {in_words(wanted)} "
            "would allow all rows."
        )

    def _wanted(self, need: float) -> float:
        """Limit under which a fit would be allowed, rounded up so that words do not lie."""
        return 1.05 * (need + self._held())

    def _held(self) -> float:
        """Bytes that are not free for any fit."""
        fixed = _OTHERS_BYTES + self._table.n_bytes  # the table is shared, not private
        if not self._timed:
            return fixed + _MAIN_BYTES
        now = self._clock()
        if now - self._looked[0] >= _SECONDS_BETWEEN_LOOKS:
            self._looked = now, self._used()
        return fixed + self._looked[1]

    def _wastes(self, trial: Trial) -> bool:
        is_left_to_us = self._limit is not None and not self._given
        is_spared = self._timed and is_left_to_us and is_large(self._table.shape.n_rows)
        if not is_spared or component(str(trial.configuration["model"])).tags.staged:
            return False
        room = max(self._table.n_bytes, _LEAST_COPY)
        copied_row = self._copied_row(trial)
        # Held-out rows are copied as well, but no fewer rows to fit make fewer of them.
        room = max(room - copied_row * self._n_test, room / 4)
        return copied_row * self._n_train(trial) > room

    @property
    def _n_test(self) -> float:
        return self._table.shape.n_rows * (1 - self._table.train_share)

    def _n_train(self, trial: Trial) -> int:
        table = self._table
        return max(1, round(table.shape.n_rows * table.train_share * trial.fidelity.rows))

    def _copied_row(self, trial: Trial) -> float:
        """Bytes of a row that the steps before the model make.

        What is transformed comes in double precision and stands beside what it is made of.
        """
        received = self._table.prepared(trial, self._n_train(trial))
        transformed = received.cost.bytes > 0 or any(
            role.value in trial.configuration for role in STEPS
        )
        return 8.0 * received.shape.n_columns if transformed else 0.0

    def _prior(self, trial: Trial) -> float:
        family = str(trial.configuration["model"])
        received = self._table.prepared(trial, self._n_train(trial))
        model = component(family).cost(trial.configuration.part(family), received.shape).bytes
        per_row = self._table.row_bytes + self._copied_row(trial)
        return per_row * (self._n_train(trial) + self._n_test) + max(model, received.cost.bytes)


def memory_plan(
    settings: Settings, dataset: Dataset, train_share: float, clock: Clock
) -> MemoryPlan:
    """Return the plan for a dataset.

    Parameters
    ----------
    settings : Settings
    dataset : Dataset
    train_share : float
        Share of the rows that a fold fits.
    clock : Clock
    """
    X: Any = dataset.numbers
    rows = max(dataset.n_rows, 1)
    if dataset.is_sparse:
        n_bytes = X.data.nbytes + X.indices.nbytes + X.indptr.nbytes
        columns = max(1, math.ceil(X.nnz / rows))
    else:
        n_bytes, columns = X.nbytes, dataset.width
    shape = Shape(n_rows=dataset.n_rows, n_columns=columns, n_classes=dataset.n_classes)
    return MemoryPlan(
        TableSize(
            shape=shape,
            row_bytes=n_bytes / rows,
            train_share=train_share,
            pipelines=PipelineCosts(dataset.task, dataset.columns, shape),
        ),
        settings.memory_limit,
        given=settings.memory_is_given,
        timed=settings.timed,
        clock=clock,
    )
