"""The search space as users change it: of no table in particular."""

from __future__ import annotations

from autoskl.components.component import Role, Shape
from autoskl.components.registry import components
from autoskl.core.task import Task
from autoskl.pipelines.selection import Names
from autoskl.pipelines.template import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind

_LEVELS = 100
_KINDS = (Kind.NUMERIC, Kind.CATEGORICAL, Kind.DATETIME, Kind.TEXT)


def default_space(
    task: Task | str, *, include: Names | None = None, exclude: Names | None = None
) -> Space:
    """Return the space that is searched when none is given, for a table with columns of any kind.

    What concerns columns that a table does not have does nothing there, and models that do not suit
    a table's size are left out when it is fitted.

    Parameters
    ----------
    task : {"binary", "multiclass", "regression"}
    include, exclude : list of str, dict of str to list of str, or None, default=None
        As for the estimators.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        For another task, and for names that nothing has.

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
    return pipeline_space(Task(task), columns, False, shape, include, exclude)


def suited(space: Space, shape: Shape) -> Space:
    """Return a space without models and scales of the values that do not suit a table.

    Parameters
    ----------
    space : Space
        A choice that it lacks, or of which nothing suits, stays as it is.
    shape : Shape
    """
    known = components()
    for role in (Role.MODEL, Role.RESPONSE):
        choice = space.parameters.get(role.value)
        levels = () if choice is None else choice.levels or ()
        kept = [name for name in levels if name not in known or known[str(name)].fits(shape)]
        if 0 < len(kept) < len(levels):
            space = space.restrict(role.value, kept)
    return space
