"""Which epoch counts, and when training is over, for networks that share one epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Stop = Callable[[NDArray[np.float64]], bool]


class EpochChoice:
    """Follows the losses of groups of networks: the folds of each of several configurations.

    The epoch of a group is that with the least mean loss of its networks: of equal ones the first
    when a patience waits for better ones, else the last, which has been trained for longest. A
    group that is over learns nothing more, whatever the others go on to do.

    Parameters
    ----------
    groups : sequence of int
        Group of each network: 0, 1, ...
    patience : int or None
        Epochs without improvement after which a group is over.
    stop : callable
        Is shown the mean curve of a group after each epoch, and may end it.

    Attributes
    ----------
    best_epochs, lengths : list of int
        Of each group: the epoch (from 1; 0 before the first), and epochs until it was over.
    """

    def __init__(self, groups: Sequence[int], patience: int | None, stop: Stop) -> None:
        self._groups = np.asarray(groups, dtype=np.intp)
        self._patience, self._stop = patience, stop
        n_groups = int(self._groups.max()) + 1
        self.best_epochs, self.lengths = [0] * n_groups, [0] * n_groups
        self._best = [np.inf] * n_groups
        self._over, self._stopped = [False] * n_groups, [False] * n_groups
        self._losses: list[NDArray[np.float64]] = []

    @property
    def is_over(self) -> bool:
        """Whether all groups are."""
        return all(self._over)

    def curve(self, network: int) -> NDArray[np.float64]:
        """Return the losses of a network until its group was over; empty if there were none."""
        length = self.lengths[self._groups[network]]
        losses = [each[network] for each in self._losses[:length] if each.size]
        return np.array(losses, dtype=np.float64)

    def best_epoch(self, network: int) -> int:
        """Return the best epoch of the group of a network."""
        return self.best_epochs[int(self._groups[network])]

    def was_stopped(self, network: int) -> bool:
        """Whether ``stop`` ended the group of a network."""
        return self._stopped[int(self._groups[network])]

    def learn(self, losses: NDArray[np.float64]) -> list[int]:
        """Take the losses of an epoch.

        Parameters
        ----------
        losses : ndarray of shape (n_networks,)
            Empty without held-out rows; then the last epoch counts.

        Returns
        -------
        list of int
            Networks for which this is the best epoch so far.
        """
        self._losses.append(losses)
        improved: list[int] = []
        for group in range(len(self._over)):
            if not self._over[group]:
                improved += self._learn(group, losses)
        return improved

    def _learn(self, group: int, losses: NDArray[np.float64]) -> list[int]:
        epoch = len(self._losses)
        members = np.flatnonzero(self._groups == group)
        self.lengths[group] = epoch
        mean = float(losses[members].mean()) if losses.size else -epoch
        equal = self._patience is None and mean == self._best[group] < np.inf
        better = equal or mean < self._best[group]
        if better:
            self._best[group], self.best_epochs[group] = mean, epoch
        late = self._patience is not None and epoch - self.best_epochs[group] > self._patience
        self._over[group] = late
        if losses.size and not late:
            curve = np.array([each[members].mean() for each in self._losses])
            self._over[group] = self._stopped[group] = self._stop(curve)
        return members.tolist() if better else []
