from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.components.transformers.date_parts import MAX_DIFFERENCES, DatePartsTransformer

MOMENTS = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
EPOCH = dt.datetime(1970, 1, 1)


def seconds(*moments: dt.datetime) -> np.ndarray:
    return np.array([[(moment - EPOCH).total_seconds()] for moment in moments])


@given(MOMENTS)
def test_parts_agree_with_the_calendar(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    parts = DatePartsTransformer()
    parts.fit(seconds(dt.datetime(2000, 1, 1), dt.datetime(2001, 2, 4, 4, 5, 6)))
    found = dict(zip(parts.names_, parts.transform(seconds(moment))[0], strict=True))
    assert found.pop("0 days") == (moment - EPOCH).total_seconds() / 86400
    assert found == {
        "0 year": moment.year,
        "0 month": moment.month,
        "0 day": moment.day,
        "0 day of week": moment.weekday(),
        "0 day of year": moment.timetuple().tm_yday,
        "0 hour": moment.hour,
        "0 minute": moment.minute,
        "0 second": moment.second,
    }


def test_constant_parts_such_as_hours_of_dates_are_left_out() -> None:
    days = seconds(*(dt.datetime(2020, 1, 1) + dt.timedelta(days=k) for k in range(0, 300, 7)))
    assert DatePartsTransformer().fit(days).names_ == [
        "0 days",
        "0 month",
        "0 day",
        "0 day of year",
    ]


def test_constant_datetime_keeps_one_column() -> None:
    same = seconds(*[dt.datetime(2020, 1, 1)] * 3)
    assert DatePartsTransformer().fit_transform(same).shape == (3, 1)
    assert DatePartsTransformer().fit_transform(np.full((3, 2), np.nan)).shape == (3, 1)


def test_missing_datetimes_have_missing_parts() -> None:
    moments = seconds(dt.datetime(2020, 1, 1), dt.datetime(2021, 5, 6, 7))
    parts = DatePartsTransformer(cyclic=True).fit(moments)
    assert np.isnan(parts.transform([[np.nan]])).all()
    assert np.isfinite(parts.transform(moments)).all()


def test_cyclic_encodings_are_continuous() -> None:
    moments = [dt.datetime(2020, month, 15, month) for month in range(1, 13)]
    parts = DatePartsTransformer(cyclic=True).fit(seconds(*moments))
    out = dict(zip(parts.names_, parts.transform(seconds(*moments)).T, strict=True))
    near = np.hypot(np.diff(out["0 sine of month"]), np.diff(out["0 cosine of month"]))
    wrap = np.hypot(
        out["0 sine of month"][0] - out["0 sine of month"][-1],
        out["0 cosine of month"][0] - out["0 cosine of month"][-1],
    )
    np.testing.assert_allclose(near, wrap)


def test_differences_are_in_days() -> None:
    start = seconds(dt.datetime(2020, 1, 1), dt.datetime(2020, 3, 1))
    moments = np.hstack([start, np.add(start, [[86400.0], [2 * 86400.0]])])
    parts = DatePartsTransformer().fit(moments)
    np.testing.assert_array_equal(parts.transform(moments)[:, parts.names_.index("1 - 0")], [1, 2])
    assert "1 - 0" not in DatePartsTransformer(differences=False).fit(moments).names_
    many = np.random.default_rng(0).normal(0, 1e8, (50, 12))
    assert sum(" - " in name for name in DatePartsTransformer().fit(many).names_) == MAX_DIFFERENCES
