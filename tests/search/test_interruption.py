from __future__ import annotations

import signal
import threading
from dataclasses import dataclass

import pytest
from sklearn.datasets import load_iris

from autoskl import AutoClassifier
from autoskl.core.errors import AllowanceWarning
from autoskl.history.journal import read_journal
from autoskl.search.ensembling import Ensembling
from autoskl.search.interruption import Interruption
from autoskl.search.loop import Loop
from autoskl.search.recording import Recording
from tests.search.test_loop import make

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


def test_a_handler_of_the_users_own_need_not_be_hashable():
    @dataclass
    class Handler:
        heard: int = 0

        def __call__(self, *_: object) -> None:
            self.heard += 1

    handler = Handler()
    signal.signal(signal.SIGTERM, handler)
    with Interruption():
        signal.raise_signal(signal.SIGTERM)
    assert handler.heard == 1


def signalled(monkeypatch, step, number):
    """Let a signal come as a step of the last ensemble begins."""
    usual = getattr(Ensembling, step)

    def interrupted(*args):
        signal.raise_signal(number)
        return usual(*args)

    monkeypatch.setattr(Ensembling, step, interrupted)


@pytest.mark.parametrize(("number", "by"), [(SIGNALS[0], "Ctrl-C"), (SIGNALS[1], "SIGTERM")])
def test_a_signal_as_the_last_ensemble_is_made_ends_the_search(number, by, tmp_path, monkeypatch):
    events = []
    plan, executor = make(n_trials=2, run_directory=tmp_path, listeners=(events.append,))
    signalled(monkeypatch, "finish", number)
    with Interruption() as interruption, Recording(tmp_path) as recording:
        recording.begin(plan)
        loop = Loop(plan, recording, interruption)
        with pytest.warns(AllowanceWarning, match=f"was interrupted by {by}; it returns") as caught:
            loop.run(executor)
    assert len(caught) == 1
    assert not interruption.is_unreported
    assert events[-1].reason == "interrupted"
    assert read_journal(tmp_path / "journal")[-1]["kind"] != "finished"


def test_a_signal_after_the_search_is_told(monkeypatch):
    signalled(monkeypatch, "load", signal.SIGTERM)
    model = AutoClassifier(n_trials=1, time_limit=None, n_jobs=1, include=["linear"])
    with pytest.warns(AllowanceWarning, match="was interrupted by SIGTERM; it returns") as caught:
        model.fit(*load_iris(return_X_y=True))
    assert len(caught) == 1


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
    ending = interruption.exit_exception()
    assert isinstance(ending, error)
    assert getattr(ending, "code", None) == code
