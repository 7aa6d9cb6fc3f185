"""How a process ended, in words."""

from __future__ import annotations

import signal

_SIGNALS = {
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error: memory that is not there",
    "SIGABRT": "aborted by a library",
    "SIGILL": "illegal instruction: a library built for another processor",
    "SIGFPE": "arithmetic error in native code",
    "SIGKILL": "killed from outside, most often by the operating system because memory ran out",
    "SIGTERM": "terminated from outside",
    "SIGXCPU": "limit of processor time exceeded",
    "SIGXFSZ": "limit of file size exceeded",
    "SIGPIPE": "wrote to a closed pipe",
}
_MOST_LETTERS = 2000
# Lines of a stack that help no user: our own, and a list of every extension module.
_NOISE = ("/autoskl/execution/", "<frozen runpy>", "Extension modules:")


def describe_ending(code: int | None) -> str:
    """Return words for an exit code as `subprocess` gives it: negative for signals.

    Examples
    --------
    >>> from autoskl.execution.endings import describe_ending
    >>> describe_ending(3)
    'the process ended itself with exit code 3'
    """
    if code is None:
        return "the connection to the process was lost"
    if code >= 0:
        return f"the process ended itself with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"the process was ended by signal {-code}"
    words = _SIGNALS.get(name, "ended by a signal")
    return f"{words} ({name})"


def last_words(output: bytes) -> str:
    """Return the end of what a process wrote to its standard error, "" for nothing."""
    text = output.decode(errors="replace")
    lines = [line for line in text.splitlines() if not any(noise in line for noise in _NOISE)]
    text = "\n".join(lines).strip()
    return text if len(text) <= _MOST_LETTERS else "... " + text[-_MOST_LETTERS:]
