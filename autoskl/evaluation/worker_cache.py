"""The preprocessing cache that all trials of a process on one dataset share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from autoskl.components.cache import Cache
from autoskl.evaluation.table_size import is_large
from autoskl.tables.dataset import Dataset

MAX_BYTES = 128 * 2**20

_MAX_BYTES_OF_LARGE = 2 * 2**20
"""For large tables: little would fit in, and each worker would hold it besides its fits."""

_caches: WeakKeyDictionary[Dataset, Cache] = WeakKeyDictionary()


def cache_of(dataset: Dataset) -> Cache:
    """Return the cache of this process for a dataset; it is freed with the dataset."""
    cache = _caches.get(dataset)
    if cache is None:
        n_bytes = _MAX_BYTES_OF_LARGE if is_large(dataset.n_rows) else MAX_BYTES
        cache = _caches.setdefault(dataset, Cache(n_bytes))
    return cache
