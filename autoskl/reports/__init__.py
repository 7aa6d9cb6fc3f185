"""Tables and text that describe a run."""

from __future__ import annotations

from autoskl.reports.importance import Importance, importance
from autoskl.reports.incumbent import incumbent
from autoskl.reports.learning_curves import learning_curves
from autoskl.reports.parallel_coordinates import Axis, ParallelCoordinates, parallel_coordinates
from autoskl.reports.run_report import run_report

__all__ = [
    "Axis",
    "Importance",
    "ParallelCoordinates",
    "importance",
    "incumbent",
    "learning_curves",
    "parallel_coordinates",
    "run_report",
]
