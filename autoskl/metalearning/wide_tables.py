"""Tables with more columns than rows start with a sparse linear model, too.

Few of the data sets that the portfolio was learned on are that wide, and few configurations are
tried on so few rows. On such tables dense linear models are weak, and so are trees if the signal is
linear in a few of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import CLASSIFICATION, Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

_VALUES: dict[str, Value] = {
    "model": "linear",
    "linear:penalty": "elastic_net",
    "linear:l1_ratio": 0.9,
    "scaler": "standard",
    "encoder": "one_hot",
    "imputer": "mean",
}
_SPARSE_LINEAR = (
    PortableConfiguration(tuple(sorted(CLASSIFICATION)), {**_VALUES, "linear:C": 0.1}),
    PortableConfiguration((Task.REGRESSION,), {**_VALUES, "linear:alpha": 0.06}),
)
"""The penalties are near the best ones on wide tables; the search refines them."""


def with_sparse_linear(
    members: Iterable[Configuration], space: Space, dataset: Dataset
) -> Iterator[Configuration]:
    """Yield the members, with a sparse linear model in second place if the table is wide.

    Parameters
    ----------
    members : iterable of Configuration
    space : Space
        Nothing is inserted if it lacks the model.
    dataset : Dataset
    """
    inserted = _sparse_linear(space, dataset.task) if dataset.n_columns > dataset.n_rows else None
    for place, member in enumerate(members):
        if place == 1 and inserted is not None:
            yield inserted
        if member != inserted:
            yield member


def _sparse_linear(space: Space, task: Task) -> Configuration | None:
    candidate = next(candidate for candidate in _SPARSE_LINEAR if task in candidate.tasks)
    return candidate.to_configuration(space)
