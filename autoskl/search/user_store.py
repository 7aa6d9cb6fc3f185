"""The user's store during a fit: read before the search, written after it."""

from __future__ import annotations

import math
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from autoskl.core.errors import StoreError, StoreUnreachableError, StoreWarning
from autoskl.core.metrics import Metric
from autoskl.core.scoring import ScorerLoss
from autoskl.core.stack_level import user_stack_level
from autoskl.history.history import History
from autoskl.search.object_digest import metric_identity, object_digest
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

if TYPE_CHECKING:
    from autoskl.metalearning.experience import Experience, RecalledConfigurations
    from autoskl.metalearning.store.store import Store

_LOCK_SHARE = 0.1
"""Share of the time limit to wait for a locked file at the beginning of a fit."""

_MIN_LOCK_SECONDS = 0.2
"""Time to wait for a locked file at the end, even if no time is left."""


class UserStore:
    """Reads the results of earlier fits, and writes those of this one.

    Without a store it does nothing. An unreachable server only causes a warning, since the shipped
    metadata suffice; a store that is damaged or of a newer version raises an error, which the user
    can fix before any time is spent.

    Parameters
    ----------
    location : str or None
        See `autoskl.metalearning.store.store.Store`.
    dataset : Dataset
    metric : str
        Name of the metric, see `stored_metric`.
    time_limit : float, default=None
        Time limit of the fit in seconds; at most a tenth of it is spent waiting for a locked file.
    group : int, default=0
        Results that can be compared with those of this fit, see
        `autoskl.metalearning.comparable_results.comparable_group`.

    Raises
    ------
    StoreError
        When the store cannot be used.
    """

    def __init__(
        self,
        location: str | None,
        dataset: Dataset,
        metric: str,
        time_limit: float | None = None,
        group: int = 0,
    ) -> None:
        self._open = ExitStack()
        self._experience: Experience | None = None
        self._store: Store | None = None
        if location is None:
            return
        # Imports SQLAlchemy, which is needed only for a store.
        from autoskl.metalearning.experience import Experience
        from autoskl.metalearning.store.store import LOCK_SECONDS, Store

        limit = math.inf if time_limit is None else time_limit
        lock_seconds = min(LOCK_SECONDS, _LOCK_SHARE * limit)
        try:
            store = self._open.enter_context(Store(location, lock_seconds=lock_seconds))
            self._store = store
            self._experience = Experience(store, dataset, metric, group)
        except StoreUnreachableError as error:
            self._disable(f"{error} The fit continues with the shipped metadata.")

    def read(self, space: Space) -> RecalledConfigurations | None:
        """Return the best configurations of earlier fits, or None without a store.

        Parameters
        ----------
        space : Space
            Configurations outside of it are ignored.
        """
        if self._experience is None:
            return None
        try:
            return self._experience.recall(space)
        except StoreUnreachableError as error:
            self._disable(f"{error} The fit continues with the shipped metadata.")
            return None

    def write(self, history: History, seconds_left: float = math.inf) -> None:
        """Append a finished run; a failure to do so only causes a warning.

        Parameters
        ----------
        history : History
        seconds_left : float, default=inf
            Time left of the fit, which limits the wait for a locked file.
        """
        if self._experience is None or self._store is None:
            return
        try:
            if seconds_left < math.inf:
                self._store.set_lock_timeout(max(_MIN_LOCK_SECONDS, seconds_left))
            self._experience.remember(history)
        except StoreError as error:
            self._disable(f"{error} The results of this fit were not stored.")
        except Exception as error:  # whatever it is, the model must not be lost
            reason = f"{type(error).__name__}: {error}"
            self._disable(
                f"The results of this fit were not stored, by an error in autoskl: {reason}"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _disable(self, message: str) -> None:
        self._experience = None
        warnings.warn(message, StoreWarning, stacklevel=user_stack_level())


def stored_metric(metric: Metric) -> str:
    """Return the name under which losses of a metric are stored.

    Scorers of scikit-learn have their names; those of users are followed by a digest, since several
    may share a name.

    Parameters
    ----------
    metric : Metric
    """
    identity = metric_identity(metric)
    if not isinstance(metric.loss, ScorerLoss):
        return identity
    from sklearn.metrics import get_scorer, get_scorer_names

    is_named = metric.name in get_scorer_names() and (
        object_digest(get_scorer(metric.name)) == object_digest(metric.loss.scorer)
    )
    return metric.name if is_named else identity
