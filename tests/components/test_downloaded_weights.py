from __future__ import annotations

from pathlib import Path

import pytest

from autoskl.components.building.downloaded_weights import tabicl_weights, tabpfn_weights
from autoskl.components.component import Shape
from autoskl.components.models.tabicl import TabICL
from autoskl.components.models.tabpfn import TabPFN
from tests.components.factories import context_for, table


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TABPFN_MODEL_CACHE_DIR", str(tmp_path / "tabpfn"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_newest_checkpoint_of_the_task_is_found(caches: Path) -> None:
    assert tabpfn_weights(classification=True) is None
    put(caches / "tabpfn" / "tabpfn-v2-classifier.ckpt")
    newer = put(caches / "tabpfn" / "tabpfn-v2.5-classifier-v2.5_default.ckpt")
    assert tabpfn_weights(classification=True) == newer
    assert tabpfn_weights(classification=False) is None
    assert tabicl_weights(classification=False) is None
    here = caches / "hub" / "models--jingang--TabICL" / "snapshots" / "abc"
    found = put(here / "tabicl-regressor-v2-20260212.ckpt")
    assert tabicl_weights(classification=False) == found


def test_general_checkpoints_are_preferred_to_newer_specialised_ones(caches: Path) -> None:
    for name in ("v2.5-classifier-v2.5_real-large-features", "v2.5-classifier-v2.5_variant"):
        put(caches / "tabpfn" / f"tabpfn-{name}.ckpt")
    only = tabpfn_weights(classification=True)
    assert only is not None
    assert only.name.endswith("_variant.ckpt")
    plain = put(caches / "tabpfn" / "tabpfn-v2-classifier-finetuned-zk73skhh.ckpt")
    assert tabpfn_weights(classification=True) == plain
    put(caches / "tabpfn" / "tabpfn-v3.5-fast-20260909.safetensors")
    put(caches / "tabpfn" / "tabpfn-v3-classifier-v3_20260506_ood.ckpt")
    assert tabpfn_weights(classification=True) == plain
    newest = put(caches / "tabpfn" / "tabpfn-v3-classifier-v3_default.ckpt")
    assert tabpfn_weights(classification=True) == newest


def test_checkpoint_may_serve_both_kinds_of_task(caches: Path) -> None:
    put(caches / "tabpfn" / "tabpfn-v3-classifier-v3_default.ckpt")
    both = put(caches / "tabpfn" / "tabpfn-v3.5-20260909.safetensors")
    put(caches / "tabpfn" / "tabpfn-v3.5-20260909_multiclass.safetensors")
    put(caches / "tabpfn" / "tabpfn-v3.5-20260909.json.lock")
    assert tabpfn_weights(classification=True) == both
    assert tabpfn_weights(classification=False) == both


def test_model_without_weights_is_not_offered_and_building_it_fails(caches: Path) -> None:
    small = Shape(n_rows=100, n_columns=5, n_classes=2)
    X, _ = table()
    for entry in (TabPFN(), TabICL()):
        assert not entry.fits(small)
        with pytest.raises(ValueError, match="a fit never downloads them"):
            entry.build({"n_estimators": 1}, context_for(X))


def test_larger_tables_than_documented_do_not_fit(caches: Path) -> None:
    put(caches / "tabpfn" / "tabpfn-v2-classifier.ckpt")
    assert TabPFN().fits(Shape(n_rows=9_000, n_columns=5, n_classes=2))
    assert not TabPFN().fits(Shape(n_rows=11_000, n_columns=5, n_classes=2))
    assert not TabPFN().fits(Shape(n_rows=900, n_columns=501, n_classes=2))
    assert not TabPFN().fits(Shape(n_rows=900, n_columns=5, n_classes=11))
