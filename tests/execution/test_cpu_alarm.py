from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from autoskl.execution.cpu_alarm import CpuTimeExceeded, cpu_alarm, processor_clock

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no timer of CPU time"
)


def endless() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def test_a_call_that_uses_too_much_is_stopped() -> None:
    with pytest.raises(CpuTimeExceeded), cpu_alarm(0.02):
        for _ in endless():
            pass


def forgiving() -> None:
    while True:
        with suppress(Exception):
            sum(range(1000))


def test_code_that_catches_every_exception_cannot_swallow_it() -> None:
    with pytest.raises(CpuTimeExceeded), cpu_alarm(0.02):
        forgiving()


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with cpu_alarm(1000.0):
        pass
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0


def test_deadlines_by_the_processor() -> None:
    clock = time.monotonic
    with processor_clock():
        before = time.process_time()
        assert before <= time.monotonic() <= time.process_time()
    assert time.monotonic is clock
