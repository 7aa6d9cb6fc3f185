"""The user's store during a fit: read before the search, written after it."""

from __future__ import annotations

import math
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from autoskl.core.errors import StoreError, StoreUnreachableError, StoreWarning
from autoskl.history.history import History
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
        Name of the metric.
    time_limit : float, default=None
        Time limit of the fit in seconds; at most a tenth of it is spent waiting for a locked file.

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
            self._experience = Experience(store, dataset, metric)
        except StoreUnreachableError as error:
            self._disable(error, "The fit continues with the shipped metadata.")

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
            self._disable(error, "The fit continues with the shipped metadata.")
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
            self._disable(error, "The results of this fit were not stored.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _disable(self, error: StoreError, consequence: str) -> None:
        self._experience = None
        warnings.warn(f"{error} {consequence}", StoreWarning, stacklevel=4)
