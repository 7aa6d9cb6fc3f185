"""Pickles objects with large arrays out of band (protocol 5)."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

try:
    import cloudpickle  # type: ignore[import-untyped]
except ImportError:  # joblib before 1.6 vendors it
    from joblib.externals import cloudpickle

Part = bytes | memoryview


def to_parts(value: Any) -> list[Part]:
    """Return the pickle of an object, followed by the buffers of its arrays, which are not copied.

    What is defined in ``__main__`` or cannot be imported by name is pickled by value, so that
    scripts and notebooks need no main guard.

    Parameters
    ----------
    value : object

    Returns
    -------
    list of bytes and memoryview

    Raises
    ------
    Exception
        Whatever cloudpickle raises for an object that cannot be pickled.
    """
    buffers: list[pickle.PickleBuffer] = []
    try:
        payload = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
        by_name = b"__main__" not in payload
    except Exception:  # of any type; cloudpickle decides
        by_name = False
    if not by_name:
        buffers.clear()
        payload = cloudpickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return [payload, *(buffer.raw() for buffer in buffers)]


def to_bytes(value: Any) -> bytes:
    """Return the pickle of an object as a single bytes object; otherwise like `to_parts`.

    Raises
    ------
    Exception
        Whatever cloudpickle raises for an object that cannot be pickled.
    """
    try:
        payload = pickle.dumps(value, protocol=5)
        if b"__main__" not in payload:
            return payload
    except Exception:  # of any type; cloudpickle decides
        pass
    by_value: bytes = cloudpickle.dumps(value, protocol=5)
    return by_value


def from_parts(parts: Sequence[Part]) -> Any:
    """Return the object; its arrays use the memory of the parts, and are writable if they are."""
    return pickle.loads(parts[0], buffers=parts[1:])
