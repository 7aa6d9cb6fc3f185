"""Predicts the memory of fits, and shrinks or refuses those that would exceed the limit."""

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
from autoskl.evaluation.table_size import is_large
from autoskl.execution.memory import exact_private, format_bytes
from autoskl.pipelines.costs import ModelInput, PipelineCosts
from autoskl.pipelines.placement import STEPS
from autoskl.search.hypothetical_trial import hypothetical_trial
from autoskl.search.settings import Settings
from autoskl.tables.dataset import Dataset

_FIT_BYTES = 30e6
"""Memory of a worker itself: libraries that the template lacks, the allocator's slack."""

_OTHERS_BYTES = 120e6
"""Private memory of the template process and of idle workers."""

_MAIN_BYTES = 200e6
"""Assumed memory of the main process where measurements must not be used."""

_MIN_INFORMATIVE_BYTES = 60e6
"""Smaller measurements are mostly the base memory of a process, and do not scale."""

_CAUTION = 1.1
_KILLED_FACTOR = 1.5
_MAX_FACTOR = 20.0
_MIN_ROWS = 1_000
_MIN_COPY = 1e8
_SECONDS_BETWEEN_MEASUREMENTS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """Size of the table for which memory is planned.

    Attributes
    ----------
    shape : Shape
        Shape of all rows; the columns of a sparse table are the mean entries per row.
    row_bytes : float
        Bytes of an encoded row.
    train_share : float
        Share of the rows in the training part of a fold.
    pipelines : PipelineCosts or None
        Cost and output width of the steps before the model; without it, the width is unchanged.
    """

    shape: Shape
    row_bytes: float
    train_share: float
    pipelines: PipelineCosts | None = None

    @property
    def n_bytes(self) -> float:
        """Bytes of the encoded table."""
        return self.row_bytes * self.shape.n_rows

    def prepared(self, trial: Trial, n_rows: int) -> ModelInput:
        """Return what the model of a trial receives, and what the steps before it take."""
        if self.pipelines is None:
            return ModelInput(replace(self.shape, n_rows=n_rows), Cost(seconds=0.0, bytes=0.0))
        return self.pipelines.model_input(trial.configuration, n_rows)


class MemoryPlan:
    """Predicts the memory of each fit, and refuses those that do not fit.

    A component's prior is multiplied by the largest ratio of measured to predicted bytes of its
    family. Without a clock, measurements are not used: the prior is not corrected, and fits are
    refused only under a limit that the user gave as a number.

    Parameters
    ----------
    table : TableSize
    limit : int or None
        Bytes for all processes together.
    given : bool
        Whether the user gave the limit as a number, rather than it being the machine's free memory.
    timed : bool
        Whether measurements may be used.
    clock : Clock
    used : callable, default=private bytes of this process
        Returns the bytes of the main process; replaced in tests.

    Attributes
    ----------
    shrunk : dict of str to (float, float)
        For each family with fewer rows: the share of the rows, and the limit that would allow all.
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
        self._measured = (-math.inf, 0)
        self._factors: dict[str, float] = {}
        self.shrunk: dict[str, tuple[float, float]] = {}

    def need(self, trial: Trial) -> int:
        """Predict the private bytes of a worker that fits a fold of a trial."""
        family = trial.configuration.model
        return int(_FIT_BYTES + self._factors.get(family, 1.0) * self._prior(trial))

    def refusal(self, trial: Trial) -> str | None:
        """Return why a trial must not start, with the limit that would allow it, or None."""
        if self._limit is None or trial.is_constant:
            return None
        need, free = self.need(trial), self._limit - self._reserved_bytes()
        if need <= free:
            return None
        return (
            f"Not started: a fit needs about {format_bytes(need)} of memory, and "
            f"{format_bytes(max(free, 0.0))} are free for one under memory_limit="
            f"{format_bytes(self._limit)}. A memory_limit of at least "
            f"{format_bytes(self._sufficient_limit(need))} would allow it."
        )

    def allows(self, trial: Trial) -> bool:
        """Return whether a trial fits into the memory and does not waste it.

        The steps before a model may copy a large encoded table only once. More is allowed for
        boosted trees, which gain most from further rows, and under a limit given by the user.
        """
        return self.refusal(trial) is None and not self._is_wasteful(trial)

    def affordable(self, configuration: Configuration, fidelity: Fidelity) -> Fidelity:
        """Return the fidelity, in timed runs with fewer rows where only these fit into memory.

        Parameters
        ----------
        configuration : Configuration
        fidelity : Fidelity
        """
        trial = hypothetical_trial(configuration, fidelity)
        if not self._timed or self.allows(trial):
            return fidelity
        is_refused = self.refusal(trial) is not None
        wanted = self._sufficient_limit(self.need(trial))
        smaller = trial
        while smaller.fidelity.rows / 2 * self._table.shape.n_rows >= _MIN_ROWS:
            fewer = replace(smaller.fidelity, rows=smaller.fidelity.rows / 2)
            smaller = replace(smaller, fidelity=fewer)
            if self.allows(smaller):
                family = configuration.model
                before = self.shrunk.get(family, (1.0, 0.0))
                if is_refused:
                    self.shrunk[family] = min(before[0], fewer.rows), max(before[1], wanted)
                return fewer
        return fidelity

    def observe(self, trial: Trial, result: FoldResult) -> None:
        """Learn from the peak memory of a finished fold, or of one that was killed for it."""
        prior = self._prior(trial)
        measured = result.peak_bytes - _FIT_BYTES
        is_known = result.ok or result.status is Status.MEMORY
        if (
            not self._timed
            or not is_known
            or max(measured, prior) < _MIN_INFORMATIVE_BYTES
            or measured <= 0
        ):
            return
        ratio = measured / prior * (_CAUTION if result.ok else _KILLED_FACTOR)
        family = trial.configuration.model
        known = self._factors.get(family, 0.0)
        self._factors[family] = min(max(known, ratio), _MAX_FACTOR)

    def shrinking_message(self) -> str:
        """Return a message naming the families with fewer rows, "" for none."""
        if not self.shrunk or self._limit is None:
            return ""
        names = ", ".join(f"{n} ({share:.0%})" for n, (share, _) in sorted(self.shrunk.items()))
        wanted = max(wanted for _, wanted in self.shrunk.values())
        return (
            f"Some families were fitted on a share of the rows to stay within memory_limit="
            f"{format_bytes(self._limit)}: {names}. A memory_limit of at least "
            f"{format_bytes(wanted)} would allow all rows."
        )

    def _sufficient_limit(self, need: float) -> float:
        """Return the limit that would allow a fit, with a margin for rounding."""
        return 1.05 * (need + self._reserved_bytes())

    def _reserved_bytes(self) -> float:
        """Return the bytes that are not available for fits."""
        fixed = _OTHERS_BYTES + self._table.n_bytes  # the table is shared, not private
        if not self._timed:
            return fixed + _MAIN_BYTES
        now = self._clock()
        if now - self._measured[0] >= _SECONDS_BETWEEN_MEASUREMENTS:
            self._measured = now, self._used()
        return fixed + self._measured[1]

    def _is_wasteful(self, trial: Trial) -> bool:
        is_automatic = self._limit is not None and not self._given
        may_waste = self._timed and is_automatic and is_large(self._table.shape.n_rows)
        if not may_waste or component(trial.configuration.model).tags.staged:
            return False
        room = max(self._table.n_bytes, _MIN_COPY)
        copied_row = self._copied_row(trial)
        # Held-out rows are copied as well, and do not become fewer with fewer training rows.
        room = max(room - copied_row * self._n_test, room / 4)
        return copied_row * self._n_train(trial) > room

    @property
    def _n_test(self) -> float:
        return self._table.shape.n_rows * (1 - self._table.train_share)

    def _n_train(self, trial: Trial) -> int:
        table = self._table
        return max(1, round(table.shape.n_rows * table.train_share * trial.fidelity.rows))

    def _copied_row(self, trial: Trial) -> float:
        """Return the bytes per row that the steps before the model allocate.

        Transformed values are in double precision, in addition to the original ones.
        """
        received = self._table.prepared(trial, self._n_train(trial))
        transformed = received.cost.bytes > 0 or any(
            role.value in trial.configuration for role in STEPS
        )
        return 8.0 * received.shape.n_columns if transformed else 0.0

    def _prior(self, trial: Trial) -> float:
        family = trial.configuration.model
        received = self._table.prepared(trial, self._n_train(trial))
        model = component(family).cost(trial.configuration.part(family), received.shape).bytes
        per_row = self._table.row_bytes + self._copied_row(trial)
        return per_row * (self._n_train(trial) + self._n_test) + max(model, received.cost.bytes)


def memory_plan(
    settings: Settings, dataset: Dataset, train_share: float, clock: Clock
) -> MemoryPlan:
    """Return the memory plan for a dataset.

    Parameters
    ----------
    settings : Settings
    dataset : Dataset
    train_share : float
        Share of the rows in the training part of a fold.
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
