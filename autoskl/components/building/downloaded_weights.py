"""Finds the weights of pretrained models in their local caches."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_TABPFN = re.compile(
    r"tabpfn-v(\d+(?:\.\d+)*)-(?:(classifier|regressor)|(?=fast|\d))(.*)\.(?:ckpt|safetensors)"
)
"""Version, kind and variant; from version 3.5 on, checkpoints serve both kinds of task."""
_GENERAL_VARIANT = re.compile(r"|-finetuned-zk73skhh|.*_default|\d{8}")
"""Variants that are not specialised, for example in many columns or in time series."""


def tabpfn_weights(*, classification: bool) -> Path | None:
    """Return the newest checkpoint of TabPFN in its cache folder, None without one.

    The folder is ``TABPFN_MODEL_CACHE_DIR``, or TabPFN's folder in the user's cache. General
    checkpoints are preferred to specialised ones.
    """
    kind = "classifier" if classification else "regressor"
    found = []
    for path in _tabpfn_folder().glob("tabpfn-v*"):
        name = _TABPFN.fullmatch(path.name)
        if name and name[2] in (kind, None) and path.is_file():
            version = tuple(map(int, name[1].split(".")))
            found.append((_GENERAL_VARIANT.fullmatch(name[3]) is not None, version, path))
    return max(found)[-1] if found else None


def tabicl_weights(*, classification: bool) -> Path | None:
    """Return the newest checkpoint of TabICL in the cache of the Hugging Face hub, or None."""
    kind = "classifier" if classification else "regressor"
    return _newest(_hub_folder().glob(f"models--*TabICL*/snapshots/*/tabicl-{kind}*.ckpt"))


def _newest(paths: Iterator[Path]) -> Path | None:
    # By name, which includes versions and dates; modification times change when files are copied.
    return max((path for path in paths if path.is_file()), key=lambda path: path.name, default=None)


def _hub_folder() -> Path:
    if "HF_HUB_CACHE" in os.environ:
        return Path(os.environ["HF_HUB_CACHE"])
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface"))
    return home / "hub"


def _tabpfn_folder() -> Path:
    if "TABPFN_MODEL_CACHE_DIR" in os.environ:
        return Path(os.environ["TABPFN_MODEL_CACHE_DIR"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tabpfn"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "tabpfn"
    return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache") / "tabpfn"
