"""Readable descriptions of how a process ended."""

from __future__ import annotations

import signal

_SIGNALS = {
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error: access to memory that does not exist",
    "SIGABRT": "aborted by a library",
    "SIGILL": "illegal instruction: a library built for another processor",
    "SIGFPE": "arithmetic error in native code",
    "SIGKILL": "killed from outside, most often by the operating system because memory ran out",
    "SIGTERM": "terminated from outside",
    "SIGXCPU": "CPU time limit exceeded",
    "SIGXFSZ": "file size limit exceeded",
    "SIGPIPE": "wrote to a closed pipe",
}
_MAX_CHARACTERS = 2000
_NOISE = ("/autoskl/execution/", "<frozen runpy>", "Extension modules:")
"""Lines of a stack that help no user: our own, and a list of every extension module."""


def describe_exit(code: int | None) -> str:
    """Describe an exit code as `subprocess` gives it: negative for signals.

    Examples
    --------
    >>> from autoskl.execution.exit_status import describe_exit
    >>> describe_exit(3)
    'the process exited with code 3'
    """
    if code is None:
        return "the connection to the process was lost"
    if code >= 0:
        return f"the process exited with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"the process was ended by signal {-code}"
    description = _SIGNALS.get(name, "ended by a signal")
    return f"{description} ({name})"


def stderr_tail(output: bytes) -> str:
    """Return the end of what a process wrote to its standard error, "" for nothing."""
    text = output.decode(errors="replace")
    lines = [line for line in text.splitlines() if not any(noise in line for noise in _NOISE)]
    text = "\n".join(lines).strip()
    return text if len(text) <= _MAX_CHARACTERS else "... " + text[-_MAX_CHARACTERS:]
