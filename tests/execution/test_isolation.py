from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest
import sklearn

from autoskl.core.result import Status
from autoskl.execution.isolation import describe_exception, run_isolated
from tests.execution import calls


def change_everything() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    sklearn.set_config(transform_output="pandas")


def test_filters_and_configuration_are_restored() -> None:
    before = list(warnings.filters), np.geterr(), sklearn.get_config()
    assert run_isolated(change_everything).ok
    assert (list(warnings.filters), np.geterr(), sklearn.get_config()) == before


def test_filters_are_restored_after_an_error() -> None:
    before = list(warnings.filters)
    assert run_isolated(calls.fail).status is Status.RAISED
    assert list(warnings.filters) == before


def test_keyboard_interrupt_is_raised() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_isolated(interrupt)


def test_only_the_first_warnings_are_kept() -> None:
    def warn() -> None:
        for k in range(100):
            warnings.warn("x" * 1000 + str(k), UserWarning, stacklevel=1)
            warnings.warn(f"{k} " + "x" * 1000, UserWarning, stacklevel=1)

    collected = run_isolated(warn).warnings
    assert len(collected) == 20
    assert max(map(len, collected)) < 600


def test_long_messages_are_truncated() -> None:
    def fail() -> None:
        raise ValueError("x" * 10_000)

    reason = run_isolated(fail).reason
    assert len(reason) < 1000
    assert "in fail" in reason


def test_an_exception_whose_str_fails_is_described() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Mute" in describe_exception(Mute())


def test_the_value_is_returned() -> None:
    outcome = run_isolated(partial(calls.square, 4))
    assert (outcome.status, outcome.value, outcome.reason) == (Status.OK, 16, "")
