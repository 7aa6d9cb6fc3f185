"""Whether a run belongs to the data that it is continued with."""

from __future__ import annotations

import numpy as np

from autoskl.core.task import Task
from autoskl.search.fingerprint import fingerprint
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable, TextTable, pack
from tests.search.test_loop import make

N_ROWS = 2_000
"""More than numpy writes out in a representation."""


def with_texts(number: float, text: str) -> Dataset:
    numbers = np.zeros((N_ROWS, 1))
    numbers[N_ROWS // 2] = number
    texts = ["some words"] * N_ROWS
    texts[N_ROWS // 2] = text
    table = MixedTable(numbers, TextTable((pack(texts),), np.arange(N_ROWS)))
    columns = (Column("number", Kind.NUMERIC), Column("text", Kind.TEXT))
    return Dataset(table, np.arange(N_ROWS) % 2, columns, Task.BINARY, 2)


def test_every_number_and_every_text_counts():
    plan, _ = make()

    def digests(number: float, text: str) -> dict[str, str]:
        return fingerprint(plan.settings, with_texts(number, text), plan.folds, plan.space)

    same = digests(0.0, "some words")
    assert digests(0.0, "some words") == same
    assert digests(1.0, "some words") != same
    assert digests(0.0, "other word") != same
