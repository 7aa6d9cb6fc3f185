"""Reads configurations of earlier fits from a user's store, and appends finished runs to it."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from autoskl.components.registry import components
from autoskl.core.configuration import Configuration
from autoskl.core.result import FoldResult
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord
from autoskl.metalearning.candidates import PortableConfiguration, checked_values
from autoskl.metalearning.comparable_results import UNKNOWN_GROUP, best_first
from autoskl.metalearning.machine import this_machine
from autoskl.metalearning.metafeatures.extraction import meta_features
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.configuration_row import configuration_row
from autoskl.metalearning.store.feature_rows import feature_rows
from autoskl.metalearning.store.provenance import environment_row, machine_row
from autoskl.metalearning.store.result_rows import add_results
from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.table_key import table_key
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

STAGE = "U"
"""Stage under which results of user fits are stored."""

_N_SAME = 10
"""Configurations recalled from the same table."""

_MAX_DISTANCE = 1.5
_N_NEIGHBOURS = 3
_N_PER_NEIGHBOUR = 3


@dataclass(frozen=True, slots=True)
class RecalledConfigurations:
    """The best configurations of earlier fits.

    Attributes
    ----------
    same : tuple of Configuration
        Those of the same table, best first.
    similar : tuple of Configuration
        Those of tables with the same type of task and a similar size.
    """

    same: tuple[Configuration, ...] = ()
    similar: tuple[Configuration, ...] = ()

    def prepend_to(self, portfolio: Sequence[Configuration]) -> list[Configuration]:
        """Return the portfolio with the recalled configurations near its front.

        The first member stays first; configurations of the same table follow; those of similar
        tables then alternate with the remaining members.

        Parameters
        ----------
        portfolio : sequence of Configuration
        """
        first, rest = list(portfolio[:1]), iter(portfolio[1:])
        mixed: list[Configuration] = []
        for configuration in self.similar:
            mixed.extend(item for item in (next(rest, None), configuration) if item is not None)
        return list(dict.fromkeys([*first, *self.same, *mixed, *rest]))


class Experience:
    """Access of one fit to a user's store.

    Parameters
    ----------
    store : Store
    dataset : Dataset
    metric : str
        Name of the metric whose loss is minimised; different metrics have different names.
    group : int, default=UNKNOWN_GROUP
        Results whose losses can be compared with those of this fit, see `comparable_group`.
    """

    def __init__(
        self, store: Store, dataset: Dataset, metric: str, group: int = UNKNOWN_GROUP
    ) -> None:
        self._store = store
        self._dataset = dataset
        self._metric = metric
        self._group = group
        self._key = table_key(dataset, store.fact("salt"))

    def recall(self, space: Space) -> RecalledConfigurations:
        """Return the best configurations of this table and of similar ones.

        Parameters
        ----------
        space : Space
            Configurations outside it are skipped.
        """
        same = self._best(self._key, space, _N_SAME)
        similar = [
            configuration
            for key in self._neighbours()
            for configuration in self._best(key, space, _N_PER_NEIGHBOUR)
        ]
        return RecalledConfigurations(tuple(same), tuple(dict.fromkeys(similar)))

    def remember(self, history: History) -> None:
        """Append a finished run: shape, configurations, losses and seconds.

        Parameters
        ----------
        history : History
        """
        store, dataset = self._store, self._dataset
        environment, machine = environment_row(), machine_row(this_machine().factors())
        records = [r for r in history.records if r.folds and r.trial.fidelity.is_full]
        store.add(schema.ENVIRONMENTS, [environment])
        store.add(schema.MACHINES, [machine])
        store.add(schema.TASKS, [self._task_row()])
        store.add(schema.META_FEATURES, feature_rows(self._key, meta_features(dataset)))
        store.add(schema.CONFIGURATIONS, [self._configuration_row(r) for r in records])
        known = {"environment": environment["key"], "machine": machine["key"]}
        rows = (
            {**self._result_row(record, result), **known}
            for record in records
            for result in record.folds.values()
        )
        add_results(store, rows)

    def _best(self, task: str, space: Space, limit: int) -> Iterator[Configuration]:
        """Yield the best configurations of a task; those with few folds come last."""
        losses: dict[tuple[int, str], list[float]] = defaultdict(list)
        for row in self._store.rows(schema.RESULTS, task=task, stage=STAGE, status="ok"):
            loss = _number(row["losses"], self._metric)
            if loss is not None:
                losses[row["repeat"], row["configuration"]].append(loss)
        order = best_first(losses, self._group)
        yield from islice(self._configurations(order, space, limit), limit)

    def _configurations(
        self, keys: list[str], space: Space, batch_size: int
    ) -> Iterator[Configuration]:
        """Yield the configurations that the space contains, in order; rows are read in batches."""
        for start in range(0, len(keys), batch_size):
            batch = keys[start : start + batch_size]
            found = {row["key"]: row for row in self._store.rows(schema.CONFIGURATIONS, key=batch)}
            for key in batch:
                configuration = self._configuration(found.get(key), space)
                if configuration is not None:
                    yield configuration

    def _configuration(self, row: dict[str, Any] | None, space: Space) -> Configuration | None:
        """Return the configuration of a row, unless a component has changed its meaning since."""
        if row is None:
            return None
        try:
            values = checked_values(row["values"])
        except ValueError:
            return None  # not written by autoskl
        revisions, catalogue = row["revisions"], components()
        current = isinstance(revisions, dict) and all(
            name in catalogue and catalogue[name].revision == revision
            for name, revision in revisions.items()
        )
        return (
            PortableConfiguration((self._dataset.task,), values).to_configuration(space)
            if current
            else None
        )

    def _neighbours(self) -> list[str]:
        """Return the keys of the most similar user tasks, nearest first."""
        kind = str(self._dataset.task)
        rows = self._store.rows(schema.TASKS, origin="user", type=kind)
        distances = {
            str(row["key"]): self._distance(row) for row in rows if row["key"] != self._key
        }
        nearest = sorted(distances, key=distances.__getitem__)
        return [key for key in nearest if distances[key] <= _MAX_DISTANCE][:_N_NEIGHBOURS]

    def _distance(self, row: dict[str, Any]) -> float:
        """Return the difference in size; a doubling of the rows counts a third."""
        dataset = self._dataset
        pairs = (
            (row["rows"], dataset.n_rows, 3.0),
            (row["columns"], dataset.n_columns, 4.0),
            (row["classes"], dataset.n_classes, 2.0),
        )
        return sum(abs(math.log2(max(a, 1)) - math.log2(max(b, 1))) / c for a, b, c in pairs)

    def _task_row(self) -> dict[str, Any]:
        dataset = self._dataset
        return {
            "key": self._key,
            "origin": "user",
            "type": str(dataset.task),
            "rows": dataset.n_rows,
            "columns": dataset.n_columns,
            "classes": dataset.n_classes,
            "group": self._key,
            "weight": 1.0,
            "created": time.time(),
        }

    def _configuration_row(self, record: TrialRecord) -> dict[str, Any]:
        values = dict(record.trial.configuration)
        return configuration_row(PortableConfiguration((self._dataset.task,), values, "user"))

    def _result_row(self, record: TrialRecord, result: FoldResult) -> dict[str, Any]:
        loss = record.fold_losses().get(result.fold, math.inf)
        known = {self._metric: float(f"{loss:.6g}")} if math.isfinite(loss) else {}
        return {
            "task": self._key,
            "stage": STAGE,
            "repeat": self._group,
            "configuration": record.trial.configuration.digest[:16],
            "fold": result.fold,
            "status": str(result.status),
            # Not stored: a reason may quote an error message, which may quote data.
            "reason": "",
            "losses": {"validation": known},
            "cpu_seconds": round(result.fit_seconds, 5),
            "wall_seconds": round(result.fit_seconds + result.predict_seconds, 5),
            "predict_seconds": round(result.predict_seconds, 6),
            "peak_bytes": float(result.peak_bytes),
            "iterations": record.iteration_of(result.fold) if result.ok else None,
            "offset": None,
            "created": time.time(),
        }


def _number(losses: object, metric: str) -> float | None:
    """Return the loss of a row, or None if it is missing or invalid."""
    validation = losses.get("validation") if isinstance(losses, dict) else None
    value = validation.get(metric) if isinstance(validation, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
