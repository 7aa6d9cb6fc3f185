"""The line of the user to which a warning is attributed."""

from __future__ import annotations

import sys

_SKIPPED = frozenset({"autoskl", "sklearn"})


def user_stack_level() -> int:
    """Return the ``stacklevel`` of `warnings.warn` for the nearest line of another package.

    Lines of autoskl and of scikit-learn, which calls estimators for the user, are skipped. To be
    called by the function that warns, in the call of `warnings.warn`.
    """
    frame, level = sys._getframe(1), 1
    while frame.f_globals.get("__name__", "").partition(".")[0] in _SKIPPED and frame.f_back:
        frame, level = frame.f_back, level + 1
    return level
