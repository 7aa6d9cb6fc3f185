"""Factory of warm-started optimizers, for the ``search`` parameter of the estimators."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

from autoskl.core.errors import WarmStartWarning
from autoskl.core.fidelity import FULL_ONLY, Ladder
from autoskl.core.stack_level import user_stack_level
from autoskl.optimizers.earlier_results import Result, warm_start
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count, check_flag
from autoskl.optimizers.registry import optimizer_class
from autoskl.space.space import Space


class WarmStarted:
    """Makes optimizers that know the results of an earlier search.

    An estimator calls it with the space of its own data, which may differ from that of the earlier
    search; a single warning lists what could not be mapped.

    Parameters
    ----------
    results : iterable of Observation, or of (Trial, loss)
        Results for the same task and metric, unless ``other_task``: `trial_losses` of an
        estimator's ``history_.records``, or ``observations`` of an optimizer.
    search : str or callable, default="smac"
        Name or class of the optimizer.
    repeat : int, default=5
        Number of the best earlier configurations that are evaluated again, before anything else,
        because an ensemble needs their models.
    other_task : bool, default=False
        Whether the results belong to another task or metric. They then only guide the start of the
        search, with decreasing weight.

    Raises
    ------
    TypeError
        If ``search`` is neither a name nor callable.
    ValueError
        If there is no optimizer of that name, or another option is not valid.

    Examples
    --------
    >>> from autoskl.core.configuration import Configuration
    >>> from autoskl.core.trial import Trial
    >>> from autoskl.optimizers.warm_started import WarmStarted
    >>> from autoskl.space import real, space_of
    >>> space = space_of(real("x", 0.0, 1.0))
    >>> results = [(Trial(i, Configuration({"x": i / 4})), abs(i / 4 - 0.5)) for i in range(5)]
    >>> optimizer = WarmStarted(results, repeat=1)(space)
    >>> optimizer.n_earlier, optimizer.ask().configuration["x"]
    (5, 0.5)
    """

    def __init__(
        self,
        results: Iterable[Result],
        search: str | Callable[..., Optimizer] = "smac",
        *,
        repeat: int = 5,
        other_task: bool = False,
    ) -> None:
        self.results = tuple(results)
        self.search = search
        self.repeat = check_count("repeat", repeat, 0)
        self.other_task = check_flag("other_task", other_task)
        if not callable(self._make):
            raise TypeError(
                f"search must be the name of an optimizer or its class. Got {search!r}."
            )

    @property
    def is_multi_fidelity(self) -> bool:
        """Whether the optimizer starts trials at low fidelities and promotes the best."""
        make = self._make
        return bool(getattr(getattr(make, "func", make), "is_multi_fidelity", False))

    def __call__(
        self, space: Space | Any, *, ladder: Ladder = FULL_ONLY, seed: int = 0
    ) -> Optimizer:
        """Return a new optimizer that knows the results.

        Parameters
        ----------
        space : Space or ConfigSpace.ConfigurationSpace
        ladder : Ladder, default=FULL_ONLY
        seed : int, default=0
        """
        optimizer = self._make(space, ladder=ladder, seed=seed)
        report = warm_start(optimizer, self.results, repeat=self.repeat, other_task=self.other_task)
        if report.reasons:
            warnings.warn(f"Warm start: {report}.", WarmStartWarning, stacklevel=user_stack_level())
        return optimizer

    def __repr__(self) -> str:
        name = self.search if isinstance(self.search, str) else repr(self.search)
        options = f"search={name!r}, repeat={self.repeat}"
        if self.other_task:
            options += ", other_task=True"
        return f"WarmStarted({len(self.results)} results, {options})"

    @property
    def _make(self) -> Callable[..., Optimizer]:
        return optimizer_class(self.search) if isinstance(self.search, str) else self.search
