"""Make an ensemble fit into a number of bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_FOLD_GAIN = 0.2
"""Share of a member's worth that lies in averaging many fold models instead of using one."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is left of an ensemble.

    Attributes
    ----------
    weights : dict of int to float
        By number of trial; they add up to 1.
    n_models : dict of int to int
        Fold models that each member keeps, the first of its list.
    """

    weights: dict[int, float]
    n_models: dict[int, int]


def prune(
    weights: Mapping[int, float],
    sizes: Mapping[int, Sequence[int]],
    loss: Callable[[Mapping[int, float]], float],
    limit: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> Pruned:
    """Take away, step by step, what costs the least loss per byte, until the limit is kept.

    A step drops a member or one of its fold models. What a fold model is worth cannot be seen in
    held-out predictions, since each row is predicted by one of them only. Averaging k of them takes
    away the part 1 - 1/k of what there is to gain, here taken as a fifth of the member's own worth,
    which is how much the loss rises without it.

    Parameters
    ----------
    weights : mapping of int to float
        By number of trial.
    sizes : mapping of int to sequence of int
        Bytes of the fold models of each member.
    loss : callable
        Loss of an ensemble, given its weights.
    limit : int
        Bytes; one fold model is always left, even if it is larger.
    should_stop : callable, default never
        Asked before each call of ``loss``, which may take long. From then on members are worth what
        they weigh.
    """
    kept = dict(weights)
    n_models = {number: len(sizes[number]) for number in kept}

    def size() -> int:
        return sum(sum(sizes[number][: n_models[number]]) for number in kept)

    worth = _worths(kept, loss, should_stop)
    while size() > limit:
        number = min(kept, key=lambda n: (_price(worth[n], sizes[n], n_models[n]), n))
        if len(kept) == 1 and n_models[number] == 1:
            break
        if n_models[number] > 1:
            n_models[number] -= 1
        elif len(kept) > 1:
            del kept[number], n_models[number]
            kept = _scaled(kept)
            worth = _worths(kept, loss, should_stop)
    return Pruned(kept, n_models)


def _price(worth: float, sizes: Sequence[int], n_models: int) -> float:
    """Loss per byte of taking away the last fold model of a member."""
    lost = 1 / (n_models - 1) - 1 / n_models if n_models > 1 else 1 / _FOLD_GAIN - 1
    return worth * _FOLD_GAIN * lost / max(sizes[n_models - 1], 1)


def _worths(
    weights: Mapping[int, float],
    loss: Callable[[Mapping[int, float]], float],
    should_stop: Callable[[], bool],
) -> dict[int, float]:
    """Rise of the loss without each member; a little above 0 for those that do not help."""
    if len(weights) == 1:
        return dict.fromkeys(weights, 1.0)
    if should_stop():
        return dict(weights)
    whole = loss(weights)
    tiny = 1e-9 * abs(whole) + 1e-300
    worths = {}
    for number in weights:
        if should_stop():
            return dict(weights)
        without = loss(_scaled({n: w for n, w in weights.items() if n != number}))
        worths[number] = max(tiny, without - whole)
    return worths


def _scaled(weights: Mapping[int, float]) -> dict[int, float]:
    total = sum(weights.values())
    return {number: weight / total for number, weight in weights.items()}
