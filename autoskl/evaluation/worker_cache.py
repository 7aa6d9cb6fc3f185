"""The cache that all trials of a process on one dataset share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from autoskl.components.cache import Cache
from autoskl.evaluation.arrangement import LARGE_ROWS
from autoskl.tables.dataset import Dataset

MOST_BYTES = 128 * 2**20

_MOST_BYTES_OF_LARGE = 16 * 2**20
"""Of a large table little fits in, and each worker would hold it beside its fits."""

_caches: WeakKeyDictionary[Dataset, Cache] = WeakKeyDictionary()


def cache_of(dataset: Dataset) -> Cache:
    """Return the cache of this process for a dataset; it goes when the dataset goes."""
    found = _caches.get(dataset)
    if found is None:
        most = MOST_BYTES if dataset.n_rows < LARGE_ROWS else _MOST_BYTES_OF_LARGE
        found = _caches.setdefault(dataset, Cache(most))
    return found
