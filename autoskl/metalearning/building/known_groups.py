"""Widely used data sets that are near-duplicates of each other or artificial.

They stand in for the columns ``group`` and ``weight`` of an index that lacks them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

KNOWN_GROUPS: Mapping[str, Sequence[str]] = {
    "nasa-defects": ("pc1", "pc3", "pc4", "pc5", "kc1", "kc2", "mc1", "jm1", "cm1"),
    "heart-disease": ("heart-cleveland", "heart-hungarian", "heart-statlog"),
    "puma": ("puma-8nh", "puma-32h"),
    "bank-queues": ("bank-8fm", "bank-32nh"),
    "digits": ("mnist-4k", "usps-2k", "optdigits", "pendigits", "semeion"),
    "breast-wisconsin": ("breast-w", "wdbc"),
    "interest-rates": ("mortgage-rate", "treasury"),
    "taxi": ("taxi-fare", "taxi-tip"),
    "wine-quality": ("wine-quality-red", "wine-quality-white", "wine-quality"),
}
"""Near-duplicates by group."""

_GROUP_OF = {name: group for group, names in KNOWN_GROUPS.items() for name in names}

_ARTIFICIAL_PREFIXES = (
    "2dplanes", "fried", "mv", "waveform", "led7digit", "madelon", "autouniv", "grid-stability",
    "hill-valley", "puma-", "bank-8fm", "bank-32nh", "mortgage-rate",
)  # fmt: skip


def known_group(name: str) -> str:
    """Return the group of a data set, by default a group of its own.

    Parameters
    ----------
    name : str
    """
    return _GROUP_OF.get(name, name)


def is_artificial(name: str) -> bool:
    """Whether a data set is known to be generated.

    Parameters
    ----------
    name : str
    """
    return name.startswith(_ARTIFICIAL_PREFIXES)
