"""Cache of intermediate results that trials of the same process share."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

_MIN_SECONDS = 2e-3
"""Values that are computed faster than this are not kept."""


class Cache:
    """Least-recently-used cache with a limit on its bytes.

    It must affect only speed, never results: values are determined by their keys alone, and users
    must not modify them.

    Parameters
    ----------
    max_bytes : float
        0 keeps nothing.
    """

    def __init__(self, max_bytes: float) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, float]] = OrderedDict()
        self.n_bytes = 0.0
        self.hits = 0
        self.misses = 0

    def reuse(self, key: Hashable, make: Callable[[], T], size: Callable[[T], float]) -> T:
        """Return the value of a key; compute and keep it if it is missing.

        Parameters
        ----------
        key : hashable
        make : callable
            Computes the value; takes no arguments.
        size : callable
            Maps the value to its size in bytes.
        """
        if key in self._kept:
            self.hits += 1
            self._kept.move_to_end(key)
            found: T = self._kept[key][0]
            return found
        self.misses += 1
        start = time.perf_counter()
        value = make()
        if time.perf_counter() - start >= _MIN_SECONDS:
            self._keep(key, value, size(value))
        return value

    def _keep(self, key: Hashable, value: Any, n_bytes: float) -> None:
        if n_bytes > self.max_bytes:
            return
        while self._kept and self.n_bytes + n_bytes > self.max_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self.n_bytes -= freed
        self._kept[key] = value, n_bytes
        self.n_bytes += n_bytes

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a cache whose keys start with a common prefix.

    Attributes
    ----------
    cache : Cache
    prefix : tuple of hashable
        What the values depend on besides their own keys, such as fold and subset.
    """

    cache: Cache = field(default_factory=lambda: Cache(0))
    prefix: tuple[Hashable, ...] = ()

    def subsection(self, *key: Hashable) -> Section:
        """Return the section whose prefix is extended by ``key``."""
        return Section(self.cache, (*self.prefix, *key))

    def reuse(self, key: Hashable, make: Callable[[], T], size: Callable[[T], float]) -> T:
        """Return the value of a key in this section, see `Cache.reuse`."""
        return self.cache.reuse((*self.prefix, key), make, size)
