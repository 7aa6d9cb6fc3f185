"""The same table in any container: the same model and the same predictions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from autoskl import AutoClassifier

N = 60


def fitted(X: Any) -> AutoClassifier:
    y = np.where(np.arange(N) % 7 < 3, "no", "yes")
    return AutoClassifier(n_trials=1, time_limit=None, random_state=0).fit(X, y)


def whole_numbers() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 50, (N, 3))


def people() -> pd.DataFrame:
    """Return columns of most kinds, none of which a container cannot hold."""
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "age": np.where(rng.random(N) < 0.1, np.nan, rng.integers(18, 90, N)),
            "city": rng.choice(["Ulm", "Bonn", "Graz"], N),
            "member": rng.random(N) < 0.5,
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 999, N), "D"),
        }
    )


def pyarrow_table(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("pyarrow").Table.from_pandas(frame)


def polars_frame(frame: pd.DataFrame) -> Any:
    pl = pytest.importorskip("polars")
    return pl.DataFrame({name: frame[name].tolist() for name in frame}, strict=False)


def arrow_backed(frame: pd.DataFrame) -> Any:
    pytest.importorskip("pyarrow")
    return frame.convert_dtypes(dtype_backend="pyarrow")


ARRAYS: list[Callable[[Any], Any]] = [
    *(lambda X, dtype=dtype: X.astype(dtype) for dtype in ("f2", "f4", "f8", "i2", "u8", object)),
    np.asfortranarray,
    lambda X: X[::-1][::-1],
    lambda X: X.tolist(),
    pd.DataFrame,
    lambda X: pd.DataFrame(X).astype("Int64"),
]
FRAMES: list[Callable[[Any], Any]] = [
    lambda frame: frame.astype({"city": object}),
    lambda frame: frame.astype({"city": "string"}),
    lambda frame: frame.astype({"city": "category"}),
    lambda frame: frame.convert_dtypes(),
    lambda frame: frame.assign(since=frame["since"].dt.tz_localize("UTC")),
    arrow_backed,
    pyarrow_table,
    polars_frame,
]


@pytest.mark.parametrize("wrap", ARRAYS)
def test_arrays(wrap: Callable[[Any], Any]) -> None:
    X = whole_numbers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # names at fit, none at predict
        expected = fitted(X.astype("f8")).predict_proba(X.astype("f8"))
        model = fitted(wrap(X))
        np.testing.assert_allclose(model.predict_proba(wrap(X)), expected, rtol=1e-6)
        np.testing.assert_allclose(model.predict_proba(X.astype("f8")), expected, rtol=1e-6)


@pytest.mark.parametrize("wrap", FRAMES)
def test_frames(wrap: Callable[[Any], Any]) -> None:
    frame = people()
    plain = fitted(frame)
    expected = plain.predict_proba(frame)
    np.testing.assert_allclose(plain.predict_proba(wrap(frame)), expected, rtol=1e-9)
    np.testing.assert_allclose(fitted(wrap(frame)).predict_proba(wrap(frame)), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "form", [sparse.csr_array, sparse.csc_matrix, sparse.coo_array, sparse.lil_matrix]
)
def test_sparse_tables(form: Callable[[Any], Any]) -> None:
    X = whole_numbers() * (whole_numbers() > 35).astype(float)
    expected = fitted(sparse.csr_matrix(X)).predict_proba(sparse.csr_matrix(X))
    model = fitted(form(X))
    np.testing.assert_allclose(model.predict_proba(form(X)), expected)


def test_columns_at_predict_are_matched_by_name() -> None:
    frame = people()
    model = fitted(frame)
    expected = model.predict_proba(frame)
    np.testing.assert_array_equal(model.predict_proba(frame[frame.columns[::-1]]), expected)
    with pytest.warns(UserWarning, match="more") as caught:
        found = model.predict_proba(frame.assign(more=1, most=2))
    np.testing.assert_array_equal(found, expected)
    assert len(caught) == 1
    with pytest.raises(ValueError, match="city"):
        model.predict(frame.drop(columns="city"))


def test_unseen_values_at_predict_are_treated_as_missing() -> None:
    frame = people()
    model = fitted(frame)
    strange = frame.assign(city="Nowhere", member=pd.NA, since=pd.NaT, age=np.nan)
    assert np.isfinite(model.predict_proba(strange)).all()


@pytest.mark.parametrize("wrap", [lambda frame: frame, pyarrow_table, polars_frame])
def test_tables_without_rows(wrap: Callable[[Any], Any]) -> None:
    model = fitted(people())
    assert model.predict_proba(wrap(people().iloc[:0])).shape == (0, 2)
    assert model.predict(wrap(people().iloc[:0])).shape == (0,)
