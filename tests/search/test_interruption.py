from __future__ import annotations

import signal
import threading

import pytest

from autoskl.search.interruption import Interruption

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def usual_handlers():
    """Handlers as in a script, whatever runs the tests."""
    former = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_noted_and_acts_at_the_next_look(number):
    with Interruption() as interruption:
        interruption.check()
        signal.raise_signal(number)
        assert interruption.signal is number
        with pytest.raises(KeyboardInterrupt):
            interruption.check()
        with pytest.raises(KeyboardInterrupt), interruption.waiting():
            pytest.fail("nobody waits any more")


@pytest.mark.parametrize("number", SIGNALS)
def test_while_waiting_it_acts_at_once(number):
    with Interruption() as interruption:
        with pytest.raises(KeyboardInterrupt), interruption.waiting():
            signal.raise_signal(number)
        assert interruption.signal is number


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [(signal.SIGINT, KeyboardInterrupt, ()), (SIGNALS[1], SystemExit, (143,))],
)
def test_the_second_signal_raises_anywhere(number, error, code):
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(error) as raised:
            signal.raise_signal(number)
        assert raised.value.args == code
        assert interruption.signal is signal.SIGINT


def test_afterwards_everything_is_as_before():
    with Interruption():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_handlers_of_the_users_own_are_left_alone():
    heard = []
    signal.signal(signal.SIGTERM, lambda *_: heard.append("mine"))
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        interruption.check()
    assert heard == ["mine"]


def test_disabled_and_in_other_threads_nothing_is_touched():
    with Interruption(enabled=False), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    seen = []

    def enter():
        with Interruption() as interruption, interruption.waiting():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [(signal.SIGINT, KeyboardInterrupt, None), (signal.SIGTERM, SystemExit, 143)],
)
def test_without_anything_to_return_it_ends_as_the_shell_knows_it(number, error, code):
    with Interruption() as interruption:
        signal.raise_signal(number)
    ending = interruption.exit()
    assert isinstance(ending, error)
    assert getattr(ending, "code", None) == code
