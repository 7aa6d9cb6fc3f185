"""Tables and targets that break estimators, each with the outcome that is wanted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from scipy import sparse

N = 40
LABELS = np.arange(N) % 2
NUMBERS = np.random.default_rng(0).normal(size=N) + LABELS
BOTH = ("classifier", "regressor")


def frame(**columns: Any) -> pd.DataFrame:
    """Return a table of one good column and others."""
    return pd.DataFrame({"x": NUMBERS, **columns})


def named(*names: Any) -> pd.DataFrame:
    """Return a table of numbers with these names."""
    table = pd.DataFrame({k: NUMBERS * (k + 1) + k % 2 * LABELS for k in range(len(names))})
    table.columns = pd.MultiIndex.from_tuples(names) if isinstance(names[0], tuple) else names
    return table


def labels_for(estimator: str, X: Any) -> Any:
    """Return a target that follows from the first column of most tables."""
    n = X.shape[0]
    return NUMBERS[:n] * 2 + LABELS[:n] if estimator == "regressor" else LABELS[:n]


@dataclass(frozen=True, eq=False)
class Case:
    """A row of the table.

    Attributes
    ----------
    number : int
        Inputs of one number are of one sort.
    what : str
    X : table
    y : target, or None for one that suits
    error, warning : regular expression or None
        What `fit` must raise or warn of; where both are None it must do neither.
    new : table or None
        What is predicted; None: the first rows of X.
    new_error, new_warning : regular expression or None
        What `predict` must raise or warn of.
    fit : mapping
        Further arguments of `fit`.
    estimators : tuple of str
    check : callable or None
        Of the predictions.
    parameters : mapping
        Of the estimator.
    """

    number: int
    what: str
    X: Any
    y: Any = None
    error: str | None = None
    warning: str | None = None
    new: Any = None
    new_error: str | None = None
    new_warning: str | None = None
    fit: Mapping[str, Any] = field(default_factory=dict)
    estimators: tuple[str, ...] = BOTH
    check: Callable[[Any], bool] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


QUICK = {"model": ["k_nearest_neighbors"], "scaler": ["standard"]}
CLASSIFIER, REGRESSOR = ("classifier",), ("regressor",)
PLAIN = frame()
TWO = frame(s=np.where(LABELS, "u", "v"))
LONE = np.array(["a"] * (N - 1) + ["b"])
WIDE = np.random.default_rng(1).normal(size=(N, 10_000))
SPARSE = sparse.random(N, 60, 0.1, random_state=0, format="coo")
LONG_INDICES = sparse.csr_array(SPARSE)
LONG_INDICES.indices = LONG_INDICES.indices.astype(np.int64)
LONG_INDICES.indptr = LONG_INDICES.indptr.astype(np.int64)
READ_ONLY = np.asfortranarray(np.random.default_rng(2).normal(size=(N, 3)))
READ_ONLY.flags.writeable = False
MANY = np.arange(2_100) % 1_050
DAYS = pd.date_range("2020-03-01", periods=N)

TARGETS = [
    Case(
        1,
        "one class",
        PLAIN,
        np.full(N, "a"),
        check=lambda p: set(p) == {"a"},
        estimators=CLASSIFIER,
    ),
    Case(2, "a class of one row", PLAIN, LONE, warning="a single row", estimators=CLASSIFIER),
    Case(
        3,
        "NaN in y",
        PLAIN,
        np.where(LABELS, np.nan, 1.0),
        error=f"{N // 2} of {N} target values are missing",
    ),
    Case(
        3,
        "None in y",
        PLAIN,
        np.array([None, *["a"] * (N - 1)], dtype=object),
        error="1 of 40 target",
        estimators=CLASSIFIER,
    ),
    Case(3, "infinity in y", PLAIN, np.where(LABELS, np.inf, 1.0), error="infinity"),
    Case(
        4,
        "a constant target",
        PLAIN,
        np.full(N, 3.5),
        check=lambda p: set(p) == {3.5},
        estimators=REGRESSOR,
    ),
    Case(
        5,
        "labels that are floats",
        PLAIN,
        LABELS * 1.0,
        check=lambda p: p.dtype == float,
        estimators=CLASSIFIER,
    ),
    Case(
        5,
        "labels that spell numbers",
        PLAIN,
        LABELS.astype(str),
        check=lambda p: p.dtype.kind == "U",
        estimators=CLASSIFIER,
    ),
    Case(
        6,
        "truth values",
        PLAIN,
        LABELS == 1,
        check=lambda p: p.dtype == bool,
        estimators=CLASSIFIER,
    ),
    Case(
        6,
        "truth values as text",
        PLAIN,
        np.where(LABELS, "True", "False"),
        check=lambda p: p.dtype.kind == "U",
        estimators=CLASSIFIER,
    ),
    Case(
        7,
        "labels of two types",
        PLAIN,
        np.array([1 if k else "a" for k in LABELS], dtype=object),
        error="Convert them to one type",
        estimators=CLASSIFIER,
    ),
    Case(
        7,
        "a class that never occurs",
        PLAIN,
        pd.Categorical(np.where(LABELS, "a", "b"), ["a", "b", "c"]),
        estimators=CLASSIFIER,
    ),
    Case(8, "a frame as y", PLAIN, pd.DataFrame({"y": LABELS}), warning="column-vector y"),
    Case(8, "another index", PLAIN, pd.Series(LABELS, index=range(100, 100 + N))),
    Case(8, "a list as y", PLAIN, LABELS.tolist()),
    Case(
        9, "a continuous target", PLAIN, NUMBERS, error="Unknown label type", estimators=CLASSIFIER
    ),
]

COLUMNS = [
    Case(
        10,
        "infinite and huge values",
        frame(a=np.where(LABELS, np.inf, 1.0), b=np.where(LABELS, -1e300, NUMBERS)),
        warning="beyond 3.4e38 .* 'a', 'b'",
    ),
    Case(
        11,
        "keys of 64 bits",
        frame(key=2**60 + np.arange(N)),
        warning="look like identifiers.*'key'",
    ),
    Case(11, "integers beyond 64 bits", frame(a=[10**30 * (k % 9) for k in range(N)])),
    Case(11, "decimals", frame(a=[Decimal(k) / 7 for k in range(N)])),
    Case(
        12,
        "numbers and text",
        frame(a=[1 if k else "b" for k in LABELS]),
        warning="different types .* 'a'",
    ),
    Case(
        13,
        "a column without values",
        frame(a=np.nan),
        warning="without any usable value were dropped: 'a'",
    ),
    Case(13, "a column without values later", frame(a=NUMBERS**2), new=frame(a=np.nan)),
    Case(
        14,
        "nullable types",
        frame(
            a=pd.array([None, 1] * (N // 2), dtype="Int64"),
            b=pd.array([None, True] * (N // 2), dtype="boolean"),
            c=pd.array([None, 0.5] * (N // 2), dtype="Float64"),
            d=pd.array([None, "u"] * (N // 2), dtype="string"),
        ),
    ),
    Case(15, "polars", pl.from_pandas(TWO)),
    Case(
        15, "an Arrow table", pa.Table.from_pandas(TWO), new=pa.Table.from_pandas(TWO[["s", "x"]])
    ),
    Case(15, "pandas of Arrow", TWO.convert_dtypes(dtype_backend="pyarrow"), new=TWO),
    Case(
        16,
        "other categories",
        frame(s=pd.Categorical(TWO["s"])),
        new=frame(s=pd.Categorical(["w", "u"] * (N // 2), ["w", "u"])),
    ),
    Case(17, "equal names", named("a", "a", "b"), warning="duplicate names were renamed to 'a.1'"),
    Case(17, "names of several levels", named(("a", 1), ("a", 2))),
    Case(17, "names that are no text", named("a", 1)),
    Case(17, "names that are numbers", named(0, 1), new=named(0, 1)[[1, 0]]),
    Case(18, "strange names", named('["<é>{}:,', "a b", "名")),
    Case(19, "another order", TWO, new=TWO[["s", "x"]]),
    Case(19, "a further column", TWO, new=TWO.assign(more=1), new_warning="ignored: 'more'"),
    Case(19, "a lacking column", TWO, new=TWO[["x"]], new_error="now missing: 's'"),
    Case(
        20,
        "moments of all sorts",
        frame(
            zone=DAYS.tz_localize("Europe/Rome"),
            zones=[DAYS[0].tz_localize("UTC"), DAYS[1].tz_localize("Asia/Tokyo")] * (N // 2),
            far=[dt.datetime(9999, 1, 1), dt.datetime(1, 1, 1)] * (N // 2),
            gaps=[pd.NaT, DAYS[0]] * (N // 2),
            lapse=pd.to_timedelta(range(N), "h"),
            period=pd.period_range("2020", periods=N, freq="M"),
            day=DAYS.strftime("%d/%m/%Y"),
        ),
    ),
    Case(
        21,
        "texts, bytes, very long strings",
        frame(
            note=[
                f"{'some ' * (k % 5)}words about {'ships' if LABELS[k] else 'bread'} and number {k}"
                for k in range(N)
            ],
            long=["ab " * 40_000, "c"] * (N // 2),
            raw=[b"x", b"y"] * (N // 2),
        ),
    ),
    Case(
        21,
        "lists and dicts",
        frame(a=[[1], {"b": 2}] * (N // 2)),
        warning="lists, dicts and the like .* 'a'",
    ),
]

SIZES = [
    *(Case(22, f"{n} rows", PLAIN[:n]) for n in (1, 2, 5)),
    Case(23, "one column", NUMBERS[:, None]),
    Case(23, "no column", PLAIN[[]], error="0 feature"),
    Case(23, "no rows", PLAIN[:0], error="0 sample"),
    Case(23, "no rows later", TWO, new=TWO[:0], check=lambda p: p.shape == (0,)),
    Case(24, "many columns", WIDE, parameters={"include": QUICK}),
    Case(
        26,
        "many classes",
        np.column_stack([MANY // 9, np.sin(np.arange(len(MANY)))]),
        MANY,
        estimators=CLASSIFIER,
        parameters={"include": ["k_nearest_neighbors"]},
    ),
    Case(27, "sparse, of coordinates", SPARSE, new=SPARSE.tocsc()),
    Case(27, "sparse, with long indices", LONG_INDICES),
    Case(
        27,
        "sparse, very wide",
        sparse.random(N, 200_000, 2e-4, random_state=0, format="csc"),
        parameters={"include": ["linear"]},
    ),
    Case(28, "read-only and by columns", READ_ONLY),
    Case(28, "every other column", np.random.default_rng(3).normal(size=(N, 6))[:, ::2]),
    Case(28, "half precision", NUMBERS[:, None].astype(np.float16)),
    Case(
        28, "complex numbers", NUMBERS[:, None].astype(complex), error="Complex data not supported"
    ),
]

ROWS = [
    Case(
        29, "negative weights", PLAIN, error="Negative values", fit={"sample_weight": -np.ones(N)}
    ),
    Case(
        29,
        "weights that are all zero",
        PLAIN,
        error="at least one non-zero",
        fit={"sample_weight": np.zeros(N)},
    ),
    Case(29, "a list of weights", PLAIN, fit={"sample_weight": [1.0, 0.0, 2.0, 1.0] * (N // 4)}),
    Case(
        29,
        "weights with another index",
        PLAIN,
        fit={"sample_weight": pd.Series(np.ones(N), index=range(5, 5 + N))},
    ),
    Case(
        30,
        "copies of rows",
        pd.concat([PLAIN] * 6),
        np.tile(LABELS, 6),
        warning="are copies of others",
    ),
    Case(
        30,
        "a column that is the target",
        pd.DataFrame({"z": np.tile(NUMBERS, 6) + np.arange(6 * N), "leak": np.tile(LABELS, 6)}),
        np.tile(LABELS, 6),
        warning="predicts y almost perfectly: 'leak'",
        estimators=CLASSIFIER,
    ),
    Case(
        31, "one group", PLAIN, error="groups contains a single group", fit={"groups": np.zeros(N)}
    ),
]

CASES = [*TARGETS, *COLUMNS, *SIZES, *ROWS]
