"""What classifiers with margins and no probabilities have in common."""

from __future__ import annotations

INNER_FOLDS = 3
"""Folds whose held-out margins the calibration is fitted on."""

CALIBRATED_FITS = 1 + INNER_FOLDS
"""How often such a classifier is fitted: on all rows, and without each of the folds."""
