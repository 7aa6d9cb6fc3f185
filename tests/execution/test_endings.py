from __future__ import annotations

import pytest

from autoskl.execution.endings import describe_ending, last_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "the process ended itself with exit code 0"),
        (139, "the process ended itself with exit code 139"),
        (-11, "segmentation fault (SIGSEGV)"),
        (-10, "ended by a signal (SIGUSR1)"),
        (-63, "the process was ended by signal 63"),
        (None, "the connection to the process was lost"),
    ],
)
def test_endings_in_words(code: int | None, words: str) -> None:
    assert describe_ending(code) == words


def test_last_words_leave_out_what_helps_nobody() -> None:
    output = b"""Fatal Python error: Segmentation fault
  File "/u/model.py", line 3 in fit
  File "/x/autoskl/execution/worker.py", line 1 in serve
Extension modules: numpy, scipy (total: 2)
"""
    assert last_words(output) == (
        'Fatal Python error: Segmentation fault\n  File "/u/model.py", line 3 in fit'
    )


def test_last_words_are_the_last() -> None:
    words = last_words(b"a" * 9000 + b"\xff end")
    assert words.startswith("... a")
    assert words.endswith("\ufffd end")
    assert len(words) == 2004
    assert last_words(b" \n") == ""
