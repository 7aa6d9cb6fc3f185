from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from autoskl.execution.cpu_limit import CpuTimeExceeded, cpu_time_limit

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no CPU timer"
)


def endless() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def test_a_block_that_uses_too_much_is_stopped() -> None:
    with pytest.raises(CpuTimeExceeded), cpu_time_limit(0.02):
        for _ in endless():
            pass


def forgiving() -> None:
    while True:
        with suppress(Exception):
            sum(range(1000))


def test_catching_exception_does_not_swallow_it() -> None:
    with pytest.raises(CpuTimeExceeded), cpu_time_limit(0.02):
        forgiving()


def test_handler_and_timer_are_restored() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with cpu_time_limit(1000.0):
        pass
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0
