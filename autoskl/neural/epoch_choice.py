"""Selects the epoch whose weights are used, and stops training, for groups of networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Stop = Callable[[NDArray[np.float64]], bool]


class EpochChoice:
    """Tracks the losses of groups of networks: the folds of each of several configurations.

    A group uses the epoch with the lowest mean loss of its networks. Ties go to the first epoch if
    there is a patience, else to the last, which has been trained longest. A group that is finished
    ignores further epochs, even if other groups continue.

    Parameters
    ----------
    groups : sequence of int
        Group of each network, numbered from 0.
    patience : int or None
        Number of epochs without improvement before a group is finished.
    stop : callable or None
        Takes the mean learning curve of a group after each epoch; True stops the group.

    Attributes
    ----------
    best_epochs, lengths : list of int
        Best epoch (from 1; 0 before the first) and number of epochs of each group.
    """

    def __init__(self, groups: Sequence[int], patience: int | None, stop: Stop | None) -> None:
        self._groups = np.asarray(groups, dtype=np.intp)
        self._patience, self._stop = patience, stop
        n_groups = int(self._groups.max()) + 1
        self._members = [np.flatnonzero(self._groups == group) for group in range(n_groups)]
        self._curves: list[list[float]] = [[] for _ in range(n_groups)]
        self.best_epochs, self.lengths = [0] * n_groups, [0] * n_groups
        self._best = [np.inf] * n_groups
        self._finished, self._stopped = [False] * n_groups, [False] * n_groups
        self._losses: list[NDArray[np.float64]] = []

    @property
    def is_finished(self) -> bool:
        """Whether all groups are finished."""
        return all(self._finished)

    def curve(self, network: int) -> NDArray[np.float64]:
        """Return the losses of a network until its group finished; empty without held-out rows."""
        length = self.lengths[self._groups[network]]
        losses = [each[network] for each in self._losses[:length] if each.size]
        return np.array(losses, dtype=np.float64)

    def best_epoch(self, network: int) -> int:
        """Return the best epoch of the group of a network."""
        return self.best_epochs[int(self._groups[network])]

    def was_stopped(self, network: int) -> bool:
        """Whether ``stop`` stopped the group of a network."""
        return self._stopped[int(self._groups[network])]

    def update(self, losses: NDArray[np.float64]) -> list[int]:
        """Record the losses of an epoch.

        Parameters
        ----------
        losses : ndarray of shape (n_networks,)
            Empty without held-out rows; then the last epoch is used.

        Returns
        -------
        list of int
            Networks for which this epoch is the best so far.
        """
        self._losses.append(losses)
        improved: list[int] = []
        for group in range(len(self._finished)):
            if not self._finished[group]:
                improved += self._update_group(group, losses)
        return improved

    def _update_group(self, group: int, losses: NDArray[np.float64]) -> list[int]:
        epoch, members = len(self._losses), self._members[group]
        self.lengths[group] = epoch
        mean = float(losses[members].mean()) if losses.size else -epoch
        equal = self._patience is None and mean == self._best[group] < np.inf
        better = equal or mean < self._best[group]
        if better:
            self._best[group], self.best_epochs[group] = mean, epoch
        late = self._patience is not None and epoch - self.best_epochs[group] > self._patience
        self._finished[group] = late
        self._curves[group].append(mean)
        if self._stop is not None and losses.size and not late:
            curve = np.array(self._curves[group])
            self._finished[group] = self._stopped[group] = self._stop(curve)
        return members.tolist() if better else []
