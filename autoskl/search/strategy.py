"""Chooses the optimizer and the ladder of fidelities: the rule behind ``search="auto"``."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from autoskl.components.component import Shape
from autoskl.core.fidelity import FULL_ONLY, Ladder, epoch_ladder, fold_ladder, geometric_ladder
from autoskl.core.seeds import derive_seed
from autoskl.metalearning.optimizer_prior import OptimizerPrior
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.registry import optimizer_class
from autoskl.space.space import Space

_AUTO = "smac"

_MIN_SUBSET_ROWS = 50_000
"""For smaller tables, subsets rank configurations worse than one fold, for little less time."""

_MANY_EVALUATIONS = 100.0
"""When so many complete trials fit into the allowance, no lower fidelities are needed."""

_MIN_ROWS = 10_000
_MIN_ROWS_PER_COLUMN = 10
_MIN_ROWS_PER_CLASS = 50
_ETA = 4.0


@dataclass(frozen=True, slots=True)
class Strategy:
    """An optimizer and the ladder of the search.

    Attributes
    ----------
    optimizer : Optimizer
        Has a ladder with several rungs only if it is a multi-fidelity optimizer.
    name : str
    shares : Ladder
        Shares of the rows, or of the epochs, with which trials run; `FULL_ONLY` when all trials use
        all of both.
    """

    optimizer: Optimizer
    name: str
    shares: Ladder


def choose_strategy(
    search: Any,
    space: Space,
    shape: Shape,
    *,
    seed: int,
    n_folds: int,
    full_evaluations: float,
    timed: bool,
    by_epochs: bool = False,
    prior: OptimizerPrior | None = None,
) -> Strategy:
    """Return the optimizer and the ladder for the parameter ``search``.

    Parameters
    ----------
    search : str, Optimizer, or callable
        ``"auto"``, the name of an optimizer, an optimizer that was not asked yet (though it may
        know an earlier search), or a callable that returns one for ``(space, ladder=...,
        seed=...)``, such as its class or `WarmStarted`.
    space : Space
    shape : Shape
        Shape of the whole table.
    seed : int
    n_folds : int
        Folds of a complete trial.
    full_evaluations : float
        Expected number of complete trials within the allowance.
    timed : bool
        Whether there is a time limit; without one only a multi-fidelity optimizer gets a ladder.
    by_epochs : bool, default=False
        Whether every model of the space can be trained for a share of its epochs.
    prior : OptimizerPrior, default=None
        Results on other data sets, for named optimizers only.

    Raises
    ------
    ValueError
        For an unknown name, and for an optimizer that was asked already or has another space.
    TypeError
        For anything else.
    """
    seed = derive_seed(seed, "optimizer")
    ladder = choose_ladder(shape, n_folds, full_evaluations, by_epochs=by_epochs)
    by_rows = ladder.rungs[0].fidelity.rows < 1
    if isinstance(search, Optimizer):
        return _given_optimizer(search, space, ladder if timed and by_rows else FULL_ONLY)
    make: Any = search
    if isinstance(search, str):
        make = optimizer_class(_AUTO if search == "auto" else search)
    elif not callable(search):
        raise TypeError(
            "search must be 'auto', the name of an optimizer, an optimizer, or its class. "
            f"Got {search!r}."
        )
    is_multi_fidelity = getattr(getattr(make, "func", make), "is_multi_fidelity", False)
    known = prior if isinstance(search, str) and prior is not None else OptimizerPrior(space)
    optimizer = _make_optimizer(make, known.space, ladder if is_multi_fidelity else FULL_ONLY, seed)
    if known.results:
        optimizer.archive.transfer(known.results)
    is_search_ladder = by_rows if not is_multi_fidelity else not _by_folds(ladder)
    shares = ladder if is_search_ladder and (timed or is_multi_fidelity) else FULL_ONLY
    return Strategy(optimizer, optimizer.name, shares)


def _make_optimizer(make: Any, space: Space, ladder: Ladder, seed: int) -> Optimizer:
    """Return the optimizer made by a class or function of the user."""
    advice = "Pass the name of an optimizer, an optimizer, or its class."
    try:
        optimizer = make(space, ladder=ladder, seed=seed)
    except TypeError as error:
        raise TypeError(
            f"search={make!r} cannot be called as search(space, ladder=..., seed=...): {error}. "
            f"{advice}"
        ) from error
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"search={make!r} made {type(optimizer).__name__}, not an optimizer. {advice}"
        )
    return optimizer


def choose_ladder(
    shape: Shape, n_folds: int, full_evaluations: float, *, by_epochs: bool = False
) -> Ladder:
    """Return the most useful ladder: of shares of the rows, of epochs, or of folds.

    Parameters
    ----------
    shape : Shape
    n_folds : int
    full_evaluations : float
    by_epochs : bool, default=False
        Whether every model can be trained for a share of its epochs.

    Returns
    -------
    Ladder
        `docs/decisions/search-auto.md` explains the rule.
    """
    min_rows = max(
        _MIN_ROWS,
        _MIN_ROWS_PER_COLUMN * shape.n_columns,
        _MIN_ROWS_PER_CLASS * shape.n_classes,
    )
    pays = shape.n_rows > _MIN_SUBSET_ROWS and full_evaluations < _MANY_EVALUATIONS
    if pays or (n_folds == 1 and not by_epochs):
        rows = geometric_ladder(lowest=min_rows / shape.n_rows, eta=_ETA)
        if len(rows.rungs) > 1:
            return rows
    return epoch_ladder() if by_epochs else fold_ladder(n_folds)


def _by_folds(ladder: Ladder) -> bool:
    return ladder.rungs[0].fidelity.folds < 1


def _given_optimizer(search: Optimizer, space: Space, rows: Ladder) -> Strategy:
    """Return the strategy for a copy of a given optimizer."""
    if len(search.trials) > search.n_earlier:
        raise ValueError(
            "search is an optimizer that was asked already. Pass a new one, or its class: "
            f"search={type(search).__name__}."
        )
    if search.space != space:
        raise ValueError(
            "search is an optimizer over another space than the one searched. Leave out "
            "search_space, include and exclude to search that of the optimizer, or pass its class, "
            "which then receives the space."
        )
    if len(search.ladder.rungs) > 1:
        rows = FULL_ONLY if _by_folds(search.ladder) else search.ladder
    return Strategy(deepcopy(search), search.name, rows)
