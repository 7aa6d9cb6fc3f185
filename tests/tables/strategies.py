"""Hypothesis strategies for tables with columns of every kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

LAW = settings(max_examples=30, deadline=None)

CELLS = {
    "number": st.one_of(st.none(), st.floats(width=32)),
    "integer": st.integers(-(2**40), 2**40),
    "huge": st.integers(-(10**30), 10**30),
    "boolean": st.one_of(st.none(), st.booleans()),
    "text": st.one_of(st.none(), st.text(max_size=3)),
    "digits": st.one_of(st.none(), st.integers(0, 99).map(str)),
    "datetime": st.one_of(
        st.none(), st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
    ),
    "timedelta": st.one_of(st.none(), st.timedeltas(dt.timedelta(-999), dt.timedelta(999))),
    "anything": st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=2), st.dates()
    ),
}


@st.composite
def rows(draw: Any, max_rows: int = 12, max_columns: int = 5) -> list[list[Any]]:
    """Draw rows of cells, with columns of one kind each."""
    n_rows = draw(st.integers(1, max_rows))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=max_columns))
    columns = [draw(st.lists(CELLS[k], min_size=n_rows, max_size=n_rows)) for k in kinds]
    return [list(row) for row in zip(*columns, strict=True)]


def as_frame(table: list[list[Any]]) -> pd.DataFrame:
    """Return a data frame with columns c0, c1, ... of object dtype."""
    frame = pd.DataFrame({k: list(column) for k, column in enumerate(zip(*table, strict=True))})
    return frame.astype(object).rename(columns=lambda k: f"c{k}")
