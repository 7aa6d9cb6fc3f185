"""Prunes an ensemble to a size limit, in bytes or in prediction time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_FOLD_GAIN = 0.2
"""Share of a member's gain that is due to averaging many fold models instead of using one."""


@dataclass(frozen=True, slots=True)
class PrunedEnsemble:
    """Members and fold models that are left of an ensemble.

    Attributes
    ----------
    weights : dict of int to float
        By trial number; they sum to 1.
    n_models : dict of int to int
        How many fold models each member keeps, the first of its list.
    """

    weights: dict[int, float]
    n_models: dict[int, int]


def prune(
    weights: Mapping[int, float],
    sizes: Mapping[int, Sequence[int]],
    loss: Callable[[Mapping[int, float]], float],
    limit: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> PrunedEnsemble:
    """Greedily remove what increases the loss least per byte, until the limit is satisfied.

    Each step removes a member or one of its fold models. A member's gain is the increase of the
    loss without it. The gain of a fold model cannot be measured by held-out predictions, since each
    row is predicted by only one of them; averaging k of them is assumed to yield the share 1 - 1/k
    of one fifth of the member's gain.

    Parameters
    ----------
    weights : mapping of int to float
        By trial number.
    sizes : mapping of int to sequence of int
        Size of each fold model of each member.
    loss : callable
        Loss of an ensemble, given its weights.
    limit : int
        Maximum total size; one fold model is always kept, even if it is larger.
    should_stop : callable, default never
        Called before each call of ``loss``, which may be slow. Once it returns True, the gain of a
        member is taken to be its weight.
    """
    kept = dict(weights)
    n_models = {number: len(sizes[number]) for number in kept}

    def size() -> int:
        return sum(sum(sizes[number][: n_models[number]]) for number in kept)

    gains = _gains(kept, loss, should_stop)
    while size() > limit:
        number = min(kept, key=lambda n: (_loss_per_byte(gains[n], sizes[n], n_models[n]), n))
        if len(kept) == 1 and n_models[number] == 1:
            break
        if n_models[number] > 1:
            n_models[number] -= 1
        elif len(kept) > 1:
            del kept[number], n_models[number]
            kept = _normalize(kept)
            gains = _gains(kept, loss, should_stop)
    return PrunedEnsemble(kept, n_models)


def _loss_per_byte(gain: float, sizes: Sequence[int], n_models: int) -> float:
    """Return the increase of the loss per byte by removing the last fold model of a member."""
    share = 1 / (n_models - 1) - 1 / n_models if n_models > 1 else 1 / _FOLD_GAIN - 1
    return gain * _FOLD_GAIN * share / max(sizes[n_models - 1], 1)


def _gains(
    weights: Mapping[int, float],
    loss: Callable[[Mapping[int, float]], float],
    should_stop: Callable[[], bool],
) -> dict[int, float]:
    """Return the increase of the loss without each member; slightly above 0 if it does not help."""
    if len(weights) == 1:
        return dict.fromkeys(weights, 1.0)
    if should_stop():
        return dict(weights)
    full_loss = loss(weights)
    tiny = 1e-9 * abs(full_loss) + 1e-300
    gains = {}
    for number in weights:
        if should_stop():
            return dict(weights)
        without = loss(_normalize({n: w for n, w in weights.items() if n != number}))
        gains[number] = max(tiny, without - full_loss)
    return gains


def _normalize(weights: Mapping[int, float]) -> dict[int, float]:
    total = sum(weights.values())
    return {number: weight / total for number, weight in weights.items()}
