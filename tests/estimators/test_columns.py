"""Columns at predict beside those at fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from autoskl.core.errors import DataWarning
from autoskl.estimators.columns import check_columns


class Counted(tuple[Hashable, ...]):
    """Labels that know how often they were gone through."""

    times = 0

    def __iter__(self) -> Iterator[Hashable]:
        type(self).times += 1
        return super().__iter__()


def test_the_labels_of_the_fit_are_gone_through_once() -> None:
    table = pd.DataFrame(np.zeros((1, 50)), columns=[f"c{j}" for j in range(50)])
    encoder = SimpleNamespace(labels=Counted(table.columns))
    Counted.times = 0
    check_columns(None, encoder, table)  # type: ignore[arg-type]
    assert Counted.times == 1
    encoder.labels = Counted(table.columns[1:])
    with pytest.warns(DataWarning, match="1 columns that were not there at fit.*c0"):
        check_columns(None, encoder, table)  # type: ignore[arg-type]
