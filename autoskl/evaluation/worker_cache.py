"""The cache that all trials of a process on one dataset share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from autoskl.components.cache import Cache
from autoskl.evaluation.arrangement import is_large
from autoskl.tables.dataset import Dataset

MOST_BYTES = 128 * 2**20

_MOST_BYTES_OF_LARGE = 16 * 2**20
"""Of a large table little fits in, and each worker would hold it beside its fits."""

_caches: WeakKeyDictionary[Dataset, Cache] = WeakKeyDictionary()


def cache_of(dataset: Dataset) -> Cache:
    """Return the cache of this process for a dataset; it goes when the dataset goes."""
    found = _caches.get(dataset)
    if found is None:
        most = _MOST_BYTES_OF_LARGE if is_large(dataset.n_rows) else MOST_BYTES
        found = _caches.setdefault(dataset, Cache(most))
    return found
