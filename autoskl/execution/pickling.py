"""Objects as bytes and back, with large arrays beside the pickle instead of in it."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

try:
    import cloudpickle  # type: ignore[import-untyped]
except ImportError:  # joblib brings a copy of its own before version 1.6
    from joblib.externals import cloudpickle

Part = bytes | memoryview


def to_parts(value: Any) -> list[Part]:
    """Return the pickle of an object, followed by the buffers of its arrays, which are not copied.

    What lives in ``__main__`` or cannot be found by name goes by value, so that a script or
    notebook needs no main guard.

    Parameters
    ----------
    value : object

    Returns
    -------
    list of bytes and memoryview

    Raises
    ------
    Exception
        Whatever cloudpickle raises for an object that cannot be pickled at all.
    """
    buffers: list[pickle.PickleBuffer] = []
    try:
        payload = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
        by_name = b"__main__" not in payload
    except Exception:  # of many types; cloudpickle has the last word
        by_name = False
    if not by_name:
        buffers.clear()
        payload = cloudpickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return [payload, *(buffer.raw() for buffer in buffers)]


def to_bytes(value: Any) -> bytes:
    """Return the pickle of an object in one piece; what `to_parts` says of ``__main__`` holds here.

    Raises
    ------
    Exception
        Whatever cloudpickle raises for an object that cannot be pickled at all.
    """
    try:
        payload = pickle.dumps(value, protocol=5)
        if b"__main__" not in payload:
            return payload
    except Exception:  # of many types; cloudpickle has the last word
        pass
    by_value: bytes = cloudpickle.dumps(value, protocol=5)
    return by_value


def from_parts(parts: Sequence[Part]) -> Any:
    """Return the object; its arrays use the memory of the parts and are as writable as they."""
    return pickle.loads(parts[0], buffers=parts[1:])
