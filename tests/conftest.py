"""Small tables with a story."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run, however slow the machine: a suite that is green stays green until
# the code changes.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

Labelled = tuple[pd.DataFrame, pd.Series]


@pytest.fixture
def customers() -> Labelled:
    """Return 240 customers of every column kind, and whether they stay, leave or (rarely) return.

    ``income`` is missing for those who would not say, ``country`` is the same for all, ``street``
    has about as many categories as rows, ``fax`` is missing throughout.
    """
    rng = np.random.default_rng(7)
    n = 240
    age = rng.integers(18, 90, n)
    plan = rng.choice(["free", "team", "pro"], n, p=[0.6, 0.3, 0.1])
    risk = (plan == "free") + (age < 40) + rng.normal(0, 0.7, n)
    outcome = np.where(risk > 1.2, "leaves", "stays")
    outcome[rng.choice(n, 9, replace=False)] = "returns"
    table = pd.DataFrame(
        {
            "age": age,
            "income": np.where(rng.random(n) < 0.2, np.nan, rng.lognormal(10, 1, n)),
            "plan": pd.Categorical(plan),
            "street": pd.Categorical([f"street {k}" for k in rng.integers(0, 200, n)]),
            "newsletter": rng.random(n) < 0.5,
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, n), "D"),
            "country": "IS",
            "fax": np.nan,
        }
    )
    return table, pd.Series(outcome, name="outcome")


@pytest.fixture
def flats() -> Labelled:
    """Return 200 flats and their rents: a skewed target, a missing year, one absurd size."""
    rng = np.random.default_rng(11)
    n = 200
    size = rng.gamma(6, 12, n)
    size[0] = 1e6
    district = rng.choice(["centre", "north", "south"], n)
    year = np.where(rng.random(n) < 0.1, np.nan, rng.integers(1900, 2024, n))
    rent = 8 * np.minimum(size, 300) * (1 + 0.5 * (district == "centre")) + rng.normal(0, 60, n)
    table = pd.DataFrame(
        {"size": size, "district": district, "year": year, "balcony": rng.random(n) < 0.4}
    )
    return table, pd.Series(rent, name="rent")


@pytest.fixture
def two_moons() -> tuple[np.ndarray, np.ndarray]:
    """Return 150 points of two interleaved classes, which no line separates."""
    rng = np.random.default_rng(3)
    angle = rng.uniform(0, np.pi, 150)
    y = np.arange(150) % 2
    x = np.where(y, 1 - np.cos(angle), np.cos(angle)) + rng.normal(0, 0.15, 150)
    height = np.where(y, 0.5 - np.sin(angle), np.sin(angle)) + rng.normal(0, 0.15, 150)
    return np.column_stack([x, height]), y
