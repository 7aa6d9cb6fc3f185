"""The default search space, which users can modify, and its adaptation to a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autoskl.components.component import Component, Role, Shape
from autoskl.components.registry import components
from autoskl.core.task import Task
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.pipelines.selection import Names
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind

_LEVELS = 100
_KINDS = (Kind.NUMERIC, Kind.CATEGORICAL, Kind.DATETIME, Kind.TEXT)


def default_space(
    task: Task | str, *, include: Names | None = None, exclude: Names | None = None
) -> Space:
    """Return the default search space, for tables with columns of any kind.

    Steps for kinds of columns that a table does not have do nothing. Models that do not suit the
    size of a table are removed in ``fit``.

    Parameters
    ----------
    task : {"binary", "multiclass", "regression"}
    include, exclude : list of str, dict of str to list of str, or None, default=None
        As in the estimators.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        If the task or a name is unknown.

    Examples
    --------
    >>> import autoskl
    >>> space = autoskl.default_space("binary").override("lightgbm:num_leaves", upper=4096)
    >>> space.parameters["lightgbm:num_leaves"].upper
    4096
    """
    known = [each.value for each in Task]
    if task not in known:
        raise ValueError(f"The task must be one of {', '.join(known)}. Got {task!r}.")
    columns = tuple(
        Column(kind.value, kind, _LEVELS if kind is Kind.CATEGORICAL else 0, has_missing=True)
        for kind in _KINDS
    )
    is_regression = task == Task.REGRESSION
    shape = Shape(
        n_rows=1,
        n_columns=1,
        n_classes=1 if is_regression else 2,
        has_skewed_values=is_regression,
    )
    return pipeline_space(
        Task(task), columns, shape, is_sparse=False, include=include, exclude=exclude
    )


def drop_unsuitable(space: Space, task: Task, shape: Shape) -> Space:
    """Remove the models and response scales that do not suit the task or a table.

    Parameters
    ----------
    space : Space
        Choices that it lacks, or of which no option suits, stay unchanged.
    task : Task
    shape : Shape
    """
    for role in (Role.MODEL, Role.RESPONSE):
        space = _restrict(space, role, lambda component: task in component.tags.tasks)
        space = _restrict(space, role, lambda component: component.fits(shape))
    return space


def _restrict(space: Space, role: Role, suits: Callable[[Component], bool]) -> Space:
    known, names = components(), _options(space, role)
    kept = [name for name in names if name not in known or suits(known[name])]
    return space.restrict(role.value, kept) if 0 < len(kept) < len(names) else space


def _options(space: Space, role: Role) -> Sequence[Any]:
    choice = space.parameters.get(role.value)
    return () if choice is None else choice.levels or ()
