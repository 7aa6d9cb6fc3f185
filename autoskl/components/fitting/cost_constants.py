"""Constants of predictors that the costs of their components need without importing them."""

from __future__ import annotations

INNER_FOLDS = 3
"""Number of folds whose held-out margins the calibration of a margin classifier is fitted on."""

CALIBRATED_FITS = 1 + INNER_FOLDS
"""Number of fits of such a classifier: on all rows, and without each of the folds."""

MAX_VOTES = 4_000_000
"""Maximum of rows x neighbours x outputs that nearest neighbours process at once."""
