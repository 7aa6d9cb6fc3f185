"""The cache that all trials of a process on one dataset share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from autoskl.components.cache import Cache
from autoskl.tables.dataset import Dataset

MOST_BYTES = 128 * 2**20

_caches: WeakKeyDictionary[Dataset, Cache] = WeakKeyDictionary()


def cache_of(dataset: Dataset) -> Cache:
    """Return the cache of this process for a dataset; it goes when the dataset goes."""
    return _caches.setdefault(dataset, Cache(MOST_BYTES))
