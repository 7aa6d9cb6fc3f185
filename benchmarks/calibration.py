"""The gain from calibrating an ensemble and its members.

python benchmarks/calibration.py FOLDER --seconds 60 --tables semeion pc4

FOLDER contains the tables NAME.csv.gz and index.csv. Each table is fitted once. From the same fold
models, ensembles are then selected without calibration, with calibration of the ensemble only, and
with calibration of each candidate as well. The output is the log loss on test rows, as a ratio to
the first, and the change in ROC AUC for two classes.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from search_real_fits import split
from sklearn.metrics import roc_auc_score

from autoskl import AutoClassifier
from autoskl.core.metrics import LOG_LOSS
from autoskl.ensembles.calibration import NO_CALIBRATION, Calibration, fit_calibration
from autoskl.ensembles.candidate import Candidate, HeldOutTarget
from autoskl.ensembles.members import load_member
from autoskl.ensembles.pool import choose_pool
from autoskl.ensembles.post_processing import NO_POST_PROCESSING, post_processing_of
from autoskl.ensembles.selection import select
from autoskl.metalearning.building.corpus import read_corpus
from autoskl.search.ensembling import Ensembling


class Capture:
    """Keeps the candidates of a fit and their models, unlike the estimator."""

    candidates: list[Candidate]
    targets: dict[int, HeldOutTarget]
    models: dict[int, list[Any]]

    def __enter__(self) -> Capture:
        self._load = Ensembling.load
        capture = self

        def load(ensembling: Ensembling, history: Any, deadline: float | None = None) -> Any:
            capture.keep(ensembling, history)
            return capture._load(ensembling, history, deadline)

        Ensembling.load = load  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Ensembling.load = self._load  # type: ignore[method-assign]

    def keep(self, ensembling: Ensembling, history: Any) -> None:
        """Read the models of all trials with several folds."""
        self.candidates, self.models, self.targets = [], {}, {}
        for record in history.records:
            folds = [fold for fold in record.ok_folds if fold < ensembling.folds.n_core]
            if len(folds) < min(3, ensembling.folds.n_core):
                continue
            number = record.trial.number
            predictions = {fold: record.predictions(fold) for fold in folds}
            losses = {fold: record.fold_losses()[fold] for fold in folds}
            candidate = Candidate(number, record.name, predictions, losses)
            self.models[number] = list(load_member(record, 1.0).models)
            self.targets |= ensembling._targets([candidate])
            self.candidates.append(candidate)


def losses_of(
    capture: Capture, unseen: Mapping[int, list[np.ndarray]], y: np.ndarray
) -> dict[str, tuple[float, float]]:
    """Return the log loss and ROC AUC on test rows for each calibration variant."""
    uncalibrated = {c.number: NO_CALIBRATION for c in capture.candidates}
    calibrated = {
        c.number: fit_calibration(c.predictions, {f: capture.targets[f] for f in c.predictions})
        for c in capture.candidates
    }
    losses = {}
    for name, calibrations, whole in (
        ("nothing", uncalibrated, False),
        ("ensemble", uncalibrated, True),
        ("members and ensemble", calibrated, True),
    ):
        predicted = ensemble_of(capture, calibrations, unseen, whole=whole)
        auc = roc_auc_score(y, predicted[:, 1]) if predicted.shape[1] == 2 else np.nan
        losses[name] = LOG_LOSS.safe_loss(y, predicted), float(auc)
    return losses


def ensemble_of(
    capture: Capture,
    calibrations: Mapping[int, Calibration],
    unseen: Mapping[int, list[np.ndarray]],
    *,
    whole: bool,
) -> np.ndarray:
    """Return the predictions of the ensemble of calibrated candidates for test rows."""
    candidates = []
    for candidate in capture.candidates:
        calibration = calibrations[candidate.number]
        calibrated = {fold: calibration(p) for fold, p in candidate.predictions.items()}
        losses = {
            fold: LOG_LOSS.safe_loss(capture.targets[fold].y, p) for fold, p in calibrated.items()
        }
        candidates.append(Candidate(candidate.number, candidate.family, calibrated, losses))
    pool = choose_pool(candidates)
    folds = set.intersection(*(set(c.predictions) for c in pool))
    targets = {fold: capture.targets[fold] for fold in sorted(folds)}
    weights = select(pool, targets, LOG_LOSS).weights
    mean = sum(
        weight * np.mean([calibrations[number](p) for p in unseen[number]], axis=0)
        for number, weight in weights.items()
    )
    post_processing = (
        post_processing_of(pool, weights, targets, LOG_LOSS) if whole else NO_POST_PROCESSING
    )
    return np.asarray(post_processing.calibration(mean))


def main() -> None:
    """Print a line for each table, then the geometric means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", nargs="+", required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=10_000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    corpus = {entry.name: entry for entry in read_corpus(options.folder)}
    ratios: list[list[float]] = []
    print(f"{'table':24}{'rows':>7}{'classes':>8}{'log loss':>10}  ensemble  members too  AUC")
    for name in options.tables:
        X, unseen, y, y_unseen = split(options.folder, corpus[name], options.max_rows, 0)
        model = AutoClassifier(time_limit=options.seconds, n_jobs=options.jobs, random_state=0)
        with Capture() as capture:
            model.fit(X, y)
        encoded = model._encoder.transform(unseen)
        outputs = {n: [m.outputs(encoded) for m in models] for n, models in capture.models.items()}
        losses = losses_of(capture, outputs, np.searchsorted(model.classes_, y_unseen))
        (raw, auc), (ensemble, _), (members, changed) = losses.values()
        ratios.append([ensemble / raw, members / raw])
        print(
            f"{name:24}{len(y):7}{len(model.classes_):8}{raw:10.4f}{ensemble / raw:10.3f}"
            f"{members / raw:13.3f}  {'' if np.isnan(auc) else f'{changed - auc:+.4f}'}",
            flush=True,
        )
    ensemble, members = np.exp(np.log(ratios).mean(axis=0))
    worst = np.max(ratios, axis=0)
    print(f"geometric mean {ensemble:.3f} and {members:.3f}, worst {worst[0]:.3f}, {worst[1]:.3f}")


if __name__ == "__main__":
    main()
