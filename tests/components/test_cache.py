from __future__ import annotations

from collections.abc import Callable

import pytest

from autoskl.components import cache as module
from autoskl.components.cache import Cache, Section


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything take long enough to be kept."""
    monkeypatch.setattr(module, "_MIN_SECONDS", 0.0)


def maker(made: list[str], name: str) -> Callable[[], str]:
    def make() -> str:
        made.append(name)
        return name

    return make


def test_least_recently_used_value_is_evicted_first() -> None:
    cache, made = Cache(2.0), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        assert cache.reuse(name, maker(made, name), lambda _: 1.0) == name
    assert made == ["a", "b", "c", "b"]
    assert (cache.hits, cache.misses, len(cache), cache.n_bytes) == (2, 4, 2, 2.0)


def test_too_large_values_are_not_kept_and_evict_nothing() -> None:
    cache, made = Cache(2.0), list[str]()
    cache.reuse("a", maker(made, "a"), lambda _: 1.0)
    for _ in range(2):
        cache.reuse("large", maker(made, "large"), lambda _: 3.0)
    cache.reuse("a", maker(made, "a"), lambda _: 1.0)
    assert made == ["a", "large", "large"]


def test_fast_values_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MIN_SECONDS", 1e9)
    cache, made = Cache(2.0), list[str]()
    for _ in range(2):
        cache.reuse("a", maker(made, "a"), lambda _: 1.0)
    assert made == ["a", "a"]


def test_sections_are_separate() -> None:
    cache, made = Cache(9.0), list[str]()
    first, second = (Section(cache).subsection(fold, 1.0) for fold in (0, 1))
    assert first.reuse("a", maker(made, "first"), lambda _: 1.0) == "first"
    assert second.reuse("a", maker(made, "second"), lambda _: 1.0) == "second"
    assert first.subsection("x").reuse("a", maker(made, "deeper"), lambda _: 1.0) == "deeper"
    assert first.reuse("a", maker(made, "again"), lambda _: 1.0) == "first"


def test_empty_cache_keeps_nothing() -> None:
    made = list[str]()
    for _ in range(2):
        Section().reuse("a", maker(made, "a"), lambda _: 1.0)
    assert made == ["a", "a"]
