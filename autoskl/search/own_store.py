"""The user's store during a fit: read before the search, written to after it."""

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
    from autoskl.metalearning.experience import Experience, Recollection
    from autoskl.metalearning.store.store import Store

_WAITING_SHARE = 0.1
"""Share of the time of a fit that a locked file is waited for at its beginning."""

_LEAST_WAITING = 0.2
"""Seconds that it is waited for at the end, although the time is up."""


class OwnStore:
    """What earlier fits have left, and where this one leaves what it learns.

    Without a store it does nothing. A server that does not answer costs one warning, since the
    shipped metadata are enough to go on; a store that is damaged or of a newer version is an error,
    which the user can do something about before any time is spent.

    Parameters
    ----------
    location : str or None
        See `autoskl.metalearning.store.store.Store`.
    dataset : Dataset
    metric : str
        Name of what is minimised.
    time_limit : float, default=None
        Of the fit in seconds: a tenth of it is waited for a locked file at most.

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
        # SQLAlchemy is imported only where there is a store.
        from autoskl.metalearning.experience import Experience
        from autoskl.metalearning.store.store import LOCK_SECONDS, Store

        limit = math.inf if time_limit is None else time_limit
        patience = min(LOCK_SECONDS, _WAITING_SHARE * limit)
        try:
            store = self._open.enter_context(Store(location, lock_seconds=patience))
            self._store = store
            self._experience = Experience(store, dataset, metric)
        except StoreUnreachableError as error:
            self._forget(error, "The fit goes on with the shipped metadata.")

    def recall(self, space: Space) -> Recollection | None:
        """Return what was good before, or None without a store.

        Parameters
        ----------
        space : Space
            What does not belong to it is passed over.
        """
        if self._experience is None:
            return None
        try:
            return self._experience.recall(space)
        except StoreUnreachableError as error:
            self._forget(error, "The fit goes on with the shipped metadata.")
            return None

    def remember(self, history: History, seconds_left: float = math.inf) -> None:
        """Append a finished run; a model is not lost because its results cannot be kept.

        Parameters
        ----------
        history : History
        seconds_left : float, default=inf
            Of the fit: no longer is a locked file waited for.
        """
        if self._experience is None or self._store is None:
            return
        try:
            if seconds_left < math.inf:
                self._store.wait_at_most(max(_LEAST_WAITING, seconds_left))
            self._experience.remember(history)
        except StoreError as error:
            self._forget(error, "The results of this fit were not stored.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _forget(self, error: StoreError, consequence: str) -> None:
        self._experience = None
        warnings.warn(f"{error} {consequence}", StoreWarning, stacklevel=4)
