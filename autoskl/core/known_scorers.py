"""Scorers made of functions of scikit-learn for which there is a metric of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from autoskl.core.metrics import OF_FIRST_CLASS, Metric, fast_metrics
from autoskl.core.task import Task

_WHOLE = {
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "matthews_corrcoef": "matthews_corrcoef",
}
_OF_CLASSES = {
    "f1_score": "f1",
    "jaccard_score": "jaccard",
    "precision_score": "precision",
    "recall_score": "recall",
}


def known_metric(scorer: Any, task: Task, classes: NDArray[Any] | None) -> Metric | None:
    """Return the metric that a scorer of predicted classes stands for, None if there is none.

    Such a metric takes microseconds instead of milliseconds, and is known well enough for the
    decision that it asks for, as with its name.

    Parameters
    ----------
    scorer : callable
        As `sklearn.metrics.make_scorer` makes it.
    task : Task
    classes : ndarray of shape (n_classes,) or None
        Labels by code.
    """
    function = getattr(scorer, "_score_func", None)
    is_score = getattr(scorer, "_sign", None) == 1
    is_of_labels = getattr(scorer, "_response_method", None) == "predict"
    is_of_sklearn = getattr(function, "__module__", "").startswith("sklearn.metrics.")
    if classes is None or not (is_score and is_of_labels and is_of_sklearn):
        return None
    arguments: dict[str, Any] = dict(getattr(scorer, "_kwargs", {}))
    name = _name(getattr(function, "__name__", ""), arguments, task, classes)
    if name in OF_FIRST_CLASS and arguments.get("pos_label", 1) == classes[0]:
        return OF_FIRST_CLASS[name]
    return fast_metrics(task, one_is_second=task is Task.BINARY).get(name)


def _name(function: str, arguments: Mapping[str, Any], task: Task, classes: NDArray[Any]) -> str:
    """Return the name of a metric, empty where the arguments ask for something else."""
    if function in _WHOLE:
        return "" if arguments else _WHOLE[function]
    if function not in _OF_CLASSES or arguments.keys() - {"average", "pos_label"}:
        return ""
    average = arguments.get("average", "binary")
    if average in ("macro", "micro", "weighted"):
        return f"{_OF_CLASSES[function]}_{average}"
    positive = arguments.get("pos_label", 1)
    is_class = task is Task.BINARY and positive in (classes[0], classes[-1])
    return _OF_CLASSES[function] if average == "binary" and is_class else ""
