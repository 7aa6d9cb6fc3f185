import numpy as np
import pytest

pytest.importorskip("torch")

from autoskl.components.fitting.deadlines import FitContext
from autoskl.components.transformers.learned_embeddings import LearnedEmbeddings

LEVELS = 12


def table(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Return two columns of codes; the target is whether the first is odd."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, LEVELS, (n, 2)).astype(float)
    return X, (X[:, 0] % 2).astype(int)


@pytest.mark.parametrize("classification", [True, False])
def test_similar_categories_have_similar_embeddings(classification: bool) -> None:
    X, y = table()
    model = LearnedEmbeddings(2, n_epochs=40, batch_size=32, classification=classification)
    model.fit(X, y if classification else y.astype(float))
    each = np.column_stack([np.arange(LEVELS), np.zeros(LEVELS)]).astype(float)
    vectors = model.transform(each)[:, :2]
    even, odd = vectors[::2], vectors[1::2]
    axis = odd.mean(axis=0) - even.mean(axis=0)
    random = np.random.default_rng(0).permutation(vectors)
    chance = random[::2].mean(axis=0) - random[1::2].mean(axis=0)
    assert np.linalg.norm(axis) > 2 * np.linalg.norm(chance)


def test_unseen_codes_get_the_mean_and_missing_ones_their_own_vector() -> None:
    X, y = table()
    X[::7, 1] = np.nan
    model = LearnedEmbeddings(3, n_epochs=2).fit(X, y)
    found = model.transform(np.array([[99.0, np.nan], [np.nan, 0.5]]))
    mean = model.transform(X).mean(axis=0)
    np.testing.assert_allclose(found[0, :3], mean[:3], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[1], mean, rtol=1e-4, atol=1e-5)
    assert not np.allclose(found[0, 3:], mean[3:])


def test_past_deadline_gives_vectors_immediately() -> None:
    X, y = table(60)
    model = LearnedEmbeddings(n_epochs=5)
    model._fit_context = FitContext(deadline=-1e9)
    assert np.isfinite(model.fit(X, y).transform(X)).all()
