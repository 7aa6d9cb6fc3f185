"""What trials of one process can take over from earlier ones."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

_WORTH_SECONDS = 2e-3
"""What is made faster than that is not kept."""


class Cache:
    """Values by key, at most so many bytes of them; the least recently used go first.

    It changes how long something takes and never what comes out, so that values must follow from
    their keys alone, and whoever uses one must not change it.

    Parameters
    ----------
    most_bytes : float
        0 keeps nothing.
    """

    def __init__(self, most_bytes: float) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, float]] = OrderedDict()
        self.n_bytes = 0.0
        self.hits = 0
        self.misses = 0

    def reuse(self, key: Hashable, make: Callable[[], T], size: Callable[[T], float]) -> T:
        """Return the value of a key, made and kept if there is none yet.

        Parameters
        ----------
        key : hashable
        make : callable
            Takes nothing and returns the value.
        size : callable
            Takes the value and returns its bytes.
        """
        if key in self._kept:
            self.hits += 1
            self._kept.move_to_end(key)
            found: T = self._kept[key][0]
            return found
        self.misses += 1
        start = time.perf_counter()
        value = make()
        if time.perf_counter() - start >= _WORTH_SECONDS:
            self._keep(key, value, size(value))
        return value

    def _keep(self, key: Hashable, value: Any, n_bytes: float) -> None:
        if n_bytes > self.most_bytes:
            return
        while self._kept and self.n_bytes + n_bytes > self.most_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self.n_bytes -= freed
        self._kept[key] = value, n_bytes
        self.n_bytes += n_bytes

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a cache whose keys begin in one way.

    Attributes
    ----------
    cache : Cache
    prefix : tuple of hashable
        What the values of this part depend on besides their own keys, such as fold and subset.
    """

    cache: Cache = field(default_factory=lambda: Cache(0))
    prefix: tuple[Hashable, ...] = ()

    def under(self, *key: Hashable) -> Section:
        """Return the part of this part whose keys go on with ``key``."""
        return Section(self.cache, (*self.prefix, *key))

    def reuse(self, key: Hashable, make: Callable[[], T], size: Callable[[T], float]) -> T:
        """Return the value of a key in this part, see `Cache.reuse`."""
        return self.cache.reuse((*self.prefix, key), make, size)
