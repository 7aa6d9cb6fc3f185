"""Runs a call so that neither exceptions nor changes of global state escape from it."""

from __future__ import annotations

import random
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import config_context

from autoskl.core.process_state import PROCESS_STATE
from autoskl.core.result import Status
from autoskl.execution.executor import Call, Outcome

_MAX_WARNINGS = 20
_MAX_CHARACTERS = 500
_MAX_FRAMES = 3
_OWN_FOLDER = str(Path(__file__).parent)

_RANDOM_STATE = random.Random(0).getstate()
_NUMPY_STATE = np.random.RandomState(0).get_state()
"""Libraries that draw from a global generator draw the same numbers in every process."""

_COLLECTED = threading.local()
"""Where each thread collects the warnings of its call: ``seen``, or nothing."""


def run_isolated(call: Call) -> Outcome:
    """Run a call and return its outcome.

    Global random generators start from a fixed state. They, the warning filters, NumPy's error
    state and scikit-learn's configuration are restored afterwards, also when calls of several
    threads overlap: then once the last of them has ended.

    Parameters
    ----------
    call : callable without arguments

    Returns
    -------
    Outcome
        ``OK``, ``RAISED``, or ``MEMORY`` for a `MemoryError`.

    Raises
    ------
    KeyboardInterrupt
        The only exception that is meant for the caller.
    """
    start = time.perf_counter()
    seen: dict[str, None] = {}
    status, value, reason = Status.OK, None, ""
    try:
        with _preserve_global_state(), _collect_warnings(seen):
            value = call()
    except KeyboardInterrupt:
        raise
    except MemoryError as error:
        status, reason = Status.MEMORY, describe_exception(error)
    except BaseException as error:  # SystemExit, too, must fail one call only
        status, reason = Status.RAISED, describe_exception(error)
    seconds = time.perf_counter() - start
    return Outcome(status, value, reason, seconds, warnings=tuple(seen))


def describe_exception(error: BaseException) -> str:
    """Return type, message and the innermost frames of an exception, in a few lines."""
    text = "".join(traceback.format_exception_only(error)).strip()
    if len(text) > _MAX_CHARACTERS:
        text = text[:_MAX_CHARACTERS] + " ..."
    stack = traceback.extract_tb(error.__traceback__)
    frames = [f for f in stack if not f.filename.startswith(_OWN_FOLDER)][-_MAX_FRAMES:]
    lines = [f"  in {f.name} ({f.filename}:{f.lineno}): {f.line}" for f in reversed(frames)]
    return "\n".join([text, *lines])


@contextmanager
def _preserve_global_state() -> Iterator[None]:
    # Ignores the user's ``set_output`` configuration: models are fitted on arrays.
    local = np.errstate(), config_context(transform_output="default")
    with PROCESS_STATE.enter(_fixed_generators()), local[0], local[1]:
        yield


@contextmanager
def _fixed_generators() -> Iterator[None]:
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.setstate(_RANDOM_STATE)
    np.random.set_state(_NUMPY_STATE)  # noqa: NPY002
    yield
    random.setstate(before[0])
    np.random.set_state(before[1])  # noqa: NPY002


@contextmanager
def _collect_warnings(seen: dict[str, None]) -> Iterator[None]:
    """Collect the first distinct warnings of this thread instead of showing them."""
    outer = getattr(_COLLECTED, "seen", None)
    _COLLECTED.seen = seen
    try:
        with PROCESS_STATE.enter(_diverted_warnings()):
            yield
    finally:
        _COLLECTED.seen = outer


@contextmanager
def _diverted_warnings() -> Iterator[None]:
    """Have warnings collected in threads that collect them; others show them as before."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def divert(
            message: Warning | str, category: type[Warning], *rest: Any, **more: Any
        ) -> None:
            seen: dict[str, None] | None = getattr(_COLLECTED, "seen", None)
            if seen is None:
                show(message, category, *rest, **more)
            elif len(seen) < _MAX_WARNINGS:
                seen[f"{category.__name__}: {str(message)[:_MAX_CHARACTERS]}"] = None

        warnings.simplefilter("always")
        warnings.showwarning = divert
        yield
