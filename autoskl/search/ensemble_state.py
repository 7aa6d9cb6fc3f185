"""The ensemble that a search has selected so far, and its form in the journal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from autoskl.ensembles.calibration import Calibration
from autoskl.ensembles.candidate import Candidate
from autoskl.ensembles.decision import Decision
from autoskl.ensembles.output_transform import OutputTransform
from autoskl.ensembles.post_processing import NO_POST_PROCESSING, PostProcessing
from autoskl.ensembles.selection import Selection


@dataclass(slots=True, eq=False)
class EnsembleState:
    """A selected ensemble, without its models.

    Attributes
    ----------
    selection : Selection or None
        None while there is no ensemble.
    post_processing : PostProcessing
    n_models : dict of int to int
        How many fold models each pruned member keeps, by trial number.
    loss : float
        On the rows that the members were selected by.
    cross_fitted_loss : float
        On rows that the weights were not selected by.
    """

    selection: Selection | None = None
    post_processing: PostProcessing = NO_POST_PROCESSING
    n_models: dict[int, int] = field(default_factory=dict)
    loss: float = math.inf
    cross_fitted_loss: float = math.inf

    @property
    def weights(self) -> dict[int, float]:
        """Weights of the members by trial number."""
        return {} if self.selection is None else self.selection.weights

    def select(self, selection: Selection) -> None:
        """Replace the members and their weights."""
        self.selection, self.loss = selection, selection.loss

    def select_single(self, candidate: Candidate, folds: Sequence[int]) -> None:
        """Replace the ensemble by one candidate, without pruning or post-processing."""
        self.select(Selection({candidate.number: 1.0}, candidate.loss(folds), tuple(folds)))
        self.post_processing, self.n_models = NO_POST_PROCESSING, {}

    def to_entry(self, transform_of: Callable[[int], OutputTransform]) -> dict[str, Any]:
        """Return the ensemble as plain values.

        Parameters
        ----------
        transform_of : callable
            Returns the calibration of a member by trial number.
        """
        return {
            "weights": [[number, weight] for number, weight in self.weights.items()],
            "folds": [] if self.selection is None else list(self.selection.folds),
            "loss": float(self.loss),
            "honest_loss": float(self.cross_fitted_loss),
            "calibration": asdict(self.post_processing.calibration),
            "decision": list(self.post_processing.decision.factors),
            "calibrations": [[number, asdict(transform_of(number))] for number in self.weights],
            "n_models": [[number, n] for number, n in self.n_models.items()],
        }

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Return the ensemble of which `to_entry` made an entry."""
        weights = {int(number): float(weight) for number, weight in entry["weights"]}
        loss = entry["loss"]
        return cls(
            selection=Selection(weights, loss, tuple(entry["folds"])) if weights else None,
            post_processing=PostProcessing(
                Calibration(**entry["calibration"]), Decision(tuple(entry["decision"]))
            ),
            n_models={int(number): int(n) for number, n in entry["n_models"]},
            loss=loss,
            cross_fitted_loss=entry["honest_loss"],
        )
