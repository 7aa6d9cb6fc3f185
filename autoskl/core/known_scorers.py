"""Recognises scorers made from scikit-learn's functions that have a fast equivalent here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from autoskl.core.metrics import FIRST_CLASS_METRICS, Metric, fast_metrics
from autoskl.core.task import Task

_WITHOUT_ARGUMENTS = {
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "matthews_corrcoef": "matthews_corrcoef",
}
_AVERAGED = {
    "f1_score": "f1",
    "jaccard_score": "jaccard",
    "precision_score": "precision",
    "recall_score": "recall",
}


def known_metric(scorer: Any, task: Task, classes: NDArray[Any] | None) -> Metric | None:
    """Return the fast equivalent of a scorer of predicted classes, or None.

    It takes microseconds instead of milliseconds, and decision thresholds can be tuned for it as if
    the user had given its name.

    Parameters
    ----------
    scorer : callable
        As returned by `sklearn.metrics.make_scorer`.
    task : Task
    classes : ndarray of shape (n_classes,) or None
        Labels in the order of their codes.
    """
    function = getattr(scorer, "_score_func", None)
    is_score = getattr(scorer, "_sign", None) == 1
    is_of_labels = getattr(scorer, "_response_method", None) == "predict"
    is_of_sklearn = getattr(function, "__module__", "").startswith("sklearn.metrics.")
    if classes is None or not (is_score and is_of_labels and is_of_sklearn):
        return None
    arguments: dict[str, Any] = dict(getattr(scorer, "_kwargs", {}))
    name = _name(getattr(function, "__name__", ""), arguments, task, classes)
    if name in FIRST_CLASS_METRICS and arguments.get("pos_label", 1) == classes[0]:
        return FIRST_CLASS_METRICS[name]
    return fast_metrics(task, one_is_second=task is Task.BINARY).get(name)


def _name(function: str, arguments: Mapping[str, Any], task: Task, classes: NDArray[Any]) -> str:
    """Return the name of a metric; empty when the arguments give it another meaning."""
    if function in _WITHOUT_ARGUMENTS:
        return "" if arguments else _WITHOUT_ARGUMENTS[function]
    if function not in _AVERAGED or arguments.keys() - {"average", "pos_label"}:
        return ""
    average = arguments.get("average", "binary")
    if average in ("macro", "micro", "weighted"):
        return f"{_AVERAGED[function]}_{average}"
    positive = arguments.get("pos_label", 1)
    is_class = task is Task.BINARY and positive in (classes[0], classes[-1])
    return _AVERAGED[function] if average == "binary" and is_class else ""
