"""Where the weights of pretrained models lie on this machine, if someone has put them there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path


def tabpfn_weights(*, classification: bool) -> Path | None:
    """Return the newest checkpoint of TabPFN in its cache folder, None without one.

    The folder is that of ``TABPFN_MODEL_CACHE_DIR``, or the user's cache folder.
    """
    kind = "classifier" if classification else "regressor"
    return _newest(
        path for folder in _tabpfn_folders() for path in folder.glob(f"tabpfn-*{kind}*.ckpt")
    )


def tabicl_weights(*, classification: bool) -> Path | None:
    """Return the newest checkpoint of TabICL in the cache of the Hugging Face hub, or None."""
    kind = "classifier" if classification else "regressor"
    return _newest(_hub_folder().glob(f"models--*TabICL*/snapshots/*/tabicl-{kind}*.ckpt"))


def _newest(paths: Iterator[Path]) -> Path | None:
    # By name: versions and dates are part of it, and times of files depend on how they were copied.
    return max((path for path in paths if path.is_file()), key=lambda path: path.name, default=None)


def _hub_folder() -> Path:
    if "HF_HUB_CACHE" in os.environ:
        return Path(os.environ["HF_HUB_CACHE"])
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface"))
    return home / "hub"


def _tabpfn_folders() -> list[Path]:
    if "TABPFN_MODEL_CACHE_DIR" in os.environ:
        return [Path(os.environ["TABPFN_MODEL_CACHE_DIR"])]
    if sys.platform == "darwin":
        return [Path.home() / "Library" / "Caches" / "tabpfn"]
    if sys.platform == "win32":
        return [Path(os.environ.get("APPDATA", Path.home())) / "tabpfn"]
    return [Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tabpfn"]
