"""Rows as far from the fitted ones as numbers go give numbers that every model takes.

Forests and XGBoost refuse rows that are infinite in single precision, and the whole ensemble would
fail with them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.component import Role
from autoskl.components.registry import components
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind
from tests.contracts.test_steps import CASES, N_ROWS, context_of, dense, fitted, rows, samples
from tests.contracts.test_steps import target as target_of

FAR = float(np.finfo(np.float32).max)
LAST_MOMENT = 2.0**63 - 1024
"""Seconds of the last moment that pandas knows, nearly."""

SPARSE = [case for case in CASES if components()[str(case.values[0])].tags.sparse]


def far_rows(columns: tuple[Column, ...], role: Role) -> NDArray[np.float64]:
    """Return rows whose numbers are all above, all below, in turns, and all but one 0."""
    numbers = [i for i, column in enumerate(columns) if column.kind is not Kind.CATEGORICAL]
    turns = np.where(np.arange(len(numbers)) % 2, -1.0, 1.0)
    new = np.zeros((4, len(columns)))
    new[0, numbers], new[1, numbers], new[2, numbers], new[3, numbers[:1]] = 1.0, -1.0, turns, 1.0
    return new * (LAST_MOMENT if role is Role.DATETIME else FAR)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, 1e-6], ids=["usual", "tiny"])
@pytest.mark.parametrize(("name", "task"), CASES)
def test_far_rows_give_numbers_of_single_precision(
    name: str, task: Task, scale: float, dtype: type
) -> None:
    entry = components()[name]
    context = context_of(entry.role, task)
    X = rows(context.columns).copy()
    kinds = [column.kind for column in context.columns]
    if Kind.NUMERIC in kinds:
        X[:, kinds.index(Kind.NUMERIC)] *= scale
    y, new = target_of(X, task), far_rows(context.columns, entry.role).astype(dtype)
    X = X.astype(dtype)
    for values in samples(entry, task):
        step = fitted(entry, values, context, X, y)
        if step is None:
            continue
        with np.errstate(
            all="ignore"
        ):  # scikit-learn adds the numbers up to see that all are finite
            made = dense(step.transform(new))
        codes = {
            i
            for i, column in enumerate(entry.columns_out(values, context))
            if column.kind is Kind.CATEGORICAL
        }
        sound = [i for i in range(made.shape[1]) if i not in codes]
        assert np.isfinite(made[:, sound].astype(np.float32)).all(), values


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "task"), SPARSE)
def test_far_sparse_rows_give_numbers_of_single_precision(
    name: str, task: Task, dtype: type
) -> None:
    entry = components()[name]
    context = replace(context_of(entry.role, task), columns=())
    X = sparse.csr_array(
        sparse.random_array((N_ROWS, 4), density=0.4, rng=np.random.default_rng(0)), dtype=dtype
    )
    new = X.copy()
    new.data = np.where(np.arange(X.nnz) % 3, FAR, -FAR).astype(dtype)
    for values in samples(entry, task):
        step = fitted(entry, values, context, X, target_of(X.toarray(), task))
        if step is not None:
            with np.errstate(all="ignore"):
                made = dense(step.transform(new))
            assert np.isfinite(made.astype(np.float32)).all(), values
