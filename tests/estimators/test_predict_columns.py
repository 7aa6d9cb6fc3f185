"""Columns at predict, compared with those at fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from autoskl.core.errors import DataWarning
from autoskl.estimators.predict_columns import check_columns


class Counted(tuple[Hashable, ...]):
    """Labels that count how often they are iterated."""

    n_iterations = 0

    def __iter__(self) -> Iterator[Hashable]:
        type(self).n_iterations += 1
        return super().__iter__()


def test_the_labels_of_fit_are_iterated_once() -> None:
    table = pd.DataFrame(np.zeros((1, 50)), columns=[f"c{j}" for j in range(50)])
    encoder = SimpleNamespace(labels=Counted(table.columns))
    Counted.n_iterations = 0
    check_columns(None, encoder, table)  # type: ignore[arg-type]
    assert Counted.n_iterations == 1
    encoder.labels = Counted(table.columns[1:])
    with pytest.warns(DataWarning, match="X has a column that fit did not have; ignored: 'c0'"):
        check_columns(None, encoder, table)  # type: ignore[arg-type]


def test_further_columns_of_a_known_name_are_ignored_with_a_warning() -> None:
    table = pd.DataFrame(np.zeros((1, 3)), columns=["a", "a", "b"])
    encoder = SimpleNamespace(labels=("a", "b"))
    with pytest.warns(DataWarning, match=r"a column .* ignored: 'a'\. .* the first are used"):
        check_columns(None, encoder, table)  # type: ignore[arg-type]
    encoder.labels = ("a", "a", "b")
    check_columns(None, encoder, table)  # type: ignore[arg-type]
    encoder.labels = ("b",)
    with pytest.warns(DataWarning, match="2 columns that fit did not have; ignored: 'a', 'a'"):
        check_columns(None, encoder, table)  # type: ignore[arg-type]
