"""Cross-validation inside classifiers whose margins are calibrated."""

from __future__ import annotations

INNER_FOLDS = 3
"""Number of folds whose held-out margins the calibration is fitted on."""

CALIBRATED_FITS = 1 + INNER_FOLDS
"""Number of fits of such a classifier: on all rows, and without each of the folds."""
