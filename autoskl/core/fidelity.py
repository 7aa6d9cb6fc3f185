"""The share of the data and of the training that a trial gets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Fidelity:
    """Shares in (0, 1] of what a complete trial gets.

    Attributes
    ----------
    rows : float
        Share of the training rows.
    epochs : float
        Share of the epochs; families without epochs only accept 1.
    folds : float
        Share of the folds, where the optimizer's ladder consists of folds.
    """

    rows: float = 1.0
    epochs: float = 1.0
    folds: float = 1.0

    def __post_init__(self) -> None:
        for name in ("rows", "epochs", "folds"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"Fidelity.{name} must be in (0, 1]. Got {getattr(self, name)!r}.")

    @property
    def is_full(self) -> bool:
        """Whether all shares are 1."""
        return self == FULL


FULL = Fidelity()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: a fidelity and its cost relative to the full one."""

    fidelity: Fidelity
    cost: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """Fidelities in order of cost; the full one is always the last.

    Attributes
    ----------
    rungs : tuple of Rung
        Costs increase strictly; the last is 1.
    """

    rungs: tuple[Rung, ...] = (Rung(FULL, 1.0),)

    def __post_init__(self) -> None:
        costs = [rung.cost for rung in self.rungs]
        if not costs or costs[-1] != 1.0 or costs[0] <= 0 or sorted(set(costs)) != costs:
            raise ValueError(f"Costs of a ladder must increase strictly to 1. Got {costs}.")

    @property
    def top(self) -> Fidelity:
        """The full fidelity."""
        return self.rungs[-1].fidelity

    def cost(self, fidelity: Fidelity) -> float:
        """Cost of a fidelity of this ladder, relative to the full one."""
        return next(rung.cost for rung in self.rungs if rung.fidelity == fidelity)

    def index(self, fidelity: Fidelity) -> int:
        """Position of a fidelity, 0 for the cheapest."""
        return [rung.fidelity for rung in self.rungs].index(fidelity)


FULL_ONLY = Ladder()


def geometric_ladder(lowest: float, eta: float = 4.0) -> Ladder:
    """Shares of rows 1, 1/eta, 1/eta², ... down to ``lowest``; cost is taken as proportional.

    Parameters
    ----------
    lowest : float
        Smallest share that is still informative.
    eta : float, default=4.0
        Ratio of neighbouring rungs.

    Returns
    -------
    Ladder
    """
    return Ladder(tuple(Rung(Fidelity(rows=s), s) for s in _shares(lowest, eta)))


def epoch_ladder(lowest: float = 1 / 9, eta: float = 3.0) -> Ladder:
    """`geometric_ladder` for epochs instead of rows."""
    return Ladder(tuple(Rung(Fidelity(epochs=s), s) for s in _shares(lowest, eta)))


def fold_ladder(n_folds: int) -> Ladder:
    """One fold, three folds, all folds; cost is taken as proportional.

    Parameters
    ----------
    n_folds : int
        Folds of a complete trial. Two or three give two rungs, a single one gives one.

    Returns
    -------
    Ladder
    """
    counts = sorted({min(n, n_folds) for n in (1, 3, n_folds)})
    return Ladder(tuple(Rung(Fidelity(folds=n / n_folds), n / n_folds) for n in counts))


def _shares(lowest: float, eta: float) -> list[float]:
    """Return powers of 1/eta in increasing order up to 1, none below ``lowest`` beyond rounding."""
    powers = [1.0]
    while 1.0 / eta ** len(powers) >= lowest * (1 - 1e-9):
        powers.append(1.0 / eta ** len(powers))
    return powers[::-1]
