"""Runs a call so that neither its exceptions nor its changes to global state get out."""

from __future__ import annotations

import random
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import config_context

from autoskl.core.result import Status
from autoskl.execution.executor import Call, Outcome

_MOST_WARNINGS = 20
_MOST_LETTERS = 500
_MOST_FRAMES = 3
_OWN_FOLDER = str(Path(__file__).parent)

# Whatever draws from a global generator, against good manners, draws the same in every process.
_RANDOM_STATE = random.Random(0).getstate()
_NUMPY_STATE = np.random.RandomState(0).get_state()


def run_isolated(call: Call) -> Outcome:
    """Run a call and return what came of it.

    Global random generators start from a fixed state. They, the warning filters, numpy's error
    state and scikit-learn's settings are afterwards as they were before.

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
        The one exception that belongs to the user and not to the call.
    """
    started = time.perf_counter()
    seen: dict[str, None] = {}
    status, value, reason = Status.OK, None, ""
    try:
        with _global_state_kept(), _warnings_noted(seen):
            value = call()
    except KeyboardInterrupt:
        raise
    except MemoryError as error:
        status, reason = Status.MEMORY, describe_exception(error)
    except BaseException as error:  # SystemExit, too, must cost one call only
        status, reason = Status.RAISED, describe_exception(error)
    seconds = time.perf_counter() - started
    return Outcome(status, value, reason, seconds, warnings=tuple(seen))


def describe_exception(error: BaseException) -> str:
    """Return type, message and the innermost frames of an exception, in a few lines."""
    text = "".join(traceback.format_exception_only(error)).strip()
    if len(text) > _MOST_LETTERS:
        text = text[:_MOST_LETTERS] + " ..."
    stack = traceback.extract_tb(error.__traceback__)
    frames = [f for f in stack if not f.filename.startswith(_OWN_FOLDER)][-_MOST_FRAMES:]
    lines = [f"  in {f.name} ({f.filename}:{f.lineno}): {f.line}" for f in reversed(frames)]
    return "\n".join([text, *lines])


@contextmanager
def _global_state_kept() -> Iterator[None]:
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.setstate(_RANDOM_STATE)
    np.random.set_state(_NUMPY_STATE)  # noqa: NPY002
    try:
        # What the user has set steps to put out for him is not what models are fitted on here.
        with np.errstate(), config_context(transform_output="default"):
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002


@contextmanager
def _warnings_noted(seen: dict[str, None]) -> Iterator[None]:
    """Collect distinct warnings, not more than a user would read."""

    def note(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if len(seen) < _MOST_WARNINGS:
            seen[f"{category.__name__}: {str(message)[:_MOST_LETTERS]}"] = None

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        yield
