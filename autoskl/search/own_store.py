"""The user's store during a fit: read before the search, written to after it."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from autoskl.core.errors import StoreError, StoreUnreachableError, StoreWarning
from autoskl.history.history import History
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

if TYPE_CHECKING:
    from autoskl.metalearning.experience import Experience, Recollection


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

    Raises
    ------
    StoreError
        When the store cannot be used.
    """

    def __init__(self, location: str | None, dataset: Dataset, metric: str) -> None:
        self._open = ExitStack()
        self._experience: Experience | None = None
        if location is None:
            return
        # SQLAlchemy is imported only where there is a store.
        from autoskl.metalearning.experience import Experience
        from autoskl.metalearning.store.store import Store

        try:
            store = self._open.enter_context(Store(location))
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

    def remember(self, history: History) -> None:
        """Append a finished run; a model is not lost because its results cannot be kept.

        Parameters
        ----------
        history : History
        """
        if self._experience is None:
            return
        try:
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
