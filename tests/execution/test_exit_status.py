from __future__ import annotations

import pytest

from autoskl.execution.exit_status import describe_exit, stderr_tail


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (0, "the process exited with code 0"),
        (139, "the process exited with code 139"),
        (-11, "segmentation fault (SIGSEGV)"),
        (-10, "ended by a signal (SIGUSR1)"),
        (-63, "the process was ended by signal 63"),
        (None, "the connection to the process was lost"),
    ],
)
def test_exit_codes_are_described(code: int | None, description: str) -> None:
    assert describe_exit(code) == description


def test_stderr_tail_omits_noise() -> None:
    output = b"""Fatal Python error: Segmentation fault
  File "/u/model.py", line 3 in fit
  File "/x/autoskl/execution/worker.py", line 1 in serve
Extension modules: numpy, scipy (total: 2)
"""
    assert stderr_tail(output) == (
        'Fatal Python error: Segmentation fault\n  File "/u/model.py", line 3 in fit'
    )


def test_stderr_tail_is_the_end_of_the_output() -> None:
    tail = stderr_tail(b"a" * 9000 + b"\xff end")
    assert tail.startswith("... a")
    assert tail.endswith("\ufffd end")
    assert len(tail) == 2004
    assert stderr_tail(b" \n") == ""
