"""Positions in a portfolio of families whose performance on other data sets is unknown.

They are early enough to be tried in an ordinary fit, and late enough that the learned members of
the portfolio give it a good model first.
"""

from __future__ import annotations

CUSTOM_FAMILY_POSITION = 2
"""Members before the default of a family registered by the user, who wants to see it tried."""

UNTRIED_FAMILY_POSITION = 12
"""Members before the first configuration of a catalogue family that a store has no results of."""

_FIRST_NEWCOMER, _NEWCOMER_STEP = 5, 4


def newcomer_position(number: int) -> int:
    """Return the position of a shipped configuration whose family has not been evaluated yet.

    Parameters
    ----------
    number : int
        Its place among these configurations, from 0.
    """
    return _FIRST_NEWCOMER + number * _NEWCOMER_STEP
