"""Texts as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class NativeText(Untouched):
    """Leave the texts alone, for models that make numbers of them by themselves.

    References
    ----------
    L. Prokhorenkova et al. "CatBoost: unbiased boosting with categorical features". NeurIPS, 2018.
    """

    role = Role.TEXT
    tags = Tags(text=True)
    weight = 2.0
