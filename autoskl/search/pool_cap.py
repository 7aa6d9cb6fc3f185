"""Limits the number of configurations by the number of rows."""

from __future__ import annotations

import numpy as np

_POOL = ((100, 4), (500, 8), (2_500, 15), (10_000, 40), (100_000, 100))
"""Numbers of rows, and of configurations for each."""


def pool_cap(n_rows: int) -> int:
    """Return the maximum number of configurations for a number of rows.

    Interpolated in log-log space. AutoGluon 1.5 limits its portfolio in the same way, since more
    candidates on few rows overfit the validation.
    """
    rows, caps = zip(*_POOL, strict=True)
    cap = np.exp(np.interp(np.log(max(n_rows, 1)), np.log(rows), np.log(caps)))
    return round(float(cap))
