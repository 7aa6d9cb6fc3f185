"""`AutoRegressor`."""

from __future__ import annotations

from os import PathLike
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from autoskl.core.task import Task
from autoskl.estimators.auto_estimator import AutoEstimator, now
from autoskl.estimators.parameters import CONSTRAINTS, Selection
from autoskl.tables.target import check_regression_target


class AutoRegressor(RegressorMixin, AutoEstimator):  # type: ignore[misc]
    """Find, fit and combine the best regressors for a table within a time limit.

    Parameters
    ----------
    time_limit : float or None, default=300
        Seconds within which ``fit`` returns, everything included. None sets no limit; then
        ``n_trials`` must be given, and the same ``random_state`` gives the same model.
    n_trials : int or None, default=None
        Distinct configurations to try; ``time_limit`` may end the fit before, so that a repeatable
        one needs ``time_limit=None`` too. The constant model, further folds and larger shares of
        the rows do not count.
    patience : int or None, default=None
        Stop after this many trials in a row, complete or failed, without a better ensemble.
    trial_time_limit : "auto", float or None, default="auto"
        Seconds after which one fit should stop; one that does not is killed later. A fit is one
        fold of a candidate; all folds of a network are one fit. ``"auto"`` and None take a share of
        ``time_limit``, and set no limit where there is none.
    memory_limit : "auto", int, str or None, default="auto"
        Of all processes together: bytes, or a text such as ``"4 GB"`` or ``"500 MiB"``, where GB
        and GiB are both 2**30 bytes. ``"auto"`` is what this process has already and 80 % of what
        the machine or container has left; above 100,000 rows, steps before models other than
        boosted trees then copy no more than the encoded table has, and get fewer rows. None is no
        limit.
    scoring : str, callable or None, default=None
        What is maximised. None searches by squared error, while ``score`` remains R2.
        Otherwise the name of a scorer of scikit-learn, or a scorer ``(estimator, X, y)`` such as
        `sklearn.metrics.make_scorer` makes; plain metric functions are refused. The estimator that
        it is called with returns stored predictions, and X holds positions of rows, so that a
        scorer must not look into X.
    cv : "auto", int, splitter or iterable, default="auto"
        ``"auto"``: 5 folds twice below 200 rows, 5 folds up to 20,000 rows (8 from a ``time_limit``
        of 300 on), 3 up to 100,000 (5 from 300 on or without a limit), and one holdout of 25,000
        rows beyond; with groups there are neither second passes nor holdouts. An integer: so many
        folds, shuffled, targets spread alike. A splitter or pairs (train, test) are used as they
        are: `sklearn.model_selection.TimeSeriesSplit` for rows in the order of time.
    n_jobs : int or None, default=None
        Worker processes. None uses every core that the container grants, but 1 inside a joblib
        worker; negative numbers count from all cores, as in joblib.
    device : str, default="auto"
        Where networks are trained: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"mps"``; ``"auto"`` is
        a CUDA device where there is one.
    random_state : int, RandomState or None, default=None
        Seed of everything random.
    verbose : int, default=0
        1 writes a progress line to the standard error.
    include, exclude : list of str, dict of str to list of str, or None, default=None
        Models to choose from, or components by role: ``{"model": ["lightgbm", "linear"]}``.
    search_space : Space or None, default=None
        Replaces the space that fits the table, so that ``include`` and ``exclude`` must be None.
    search : str, Optimizer or callable, default="auto"
        What follows the portfolio: a name (see ``autoskl.optimizers.OPTIMIZER_NAMES``), an
        optimizer, its class, or a function ``(space, ladder=, seed=)`` that returns one. The space
        of an optimizer, such as ``default_space(...)``, is what is searched: no other may be given,
        by ``include`` or ``exclude`` neither. Optimizers that climb a ladder of fidelities climb
        folds, or shares of the rows of large tables. Where rows limit how many configurations are
        tried, all but ``"auto"`` get half of them.
    ensemble_size : int, default=40
        Steps of the greedy ensemble selection, 1 to 10,000. 1 is the single best configuration.
    categorical_features : "from_dtype" or array-like, default="from_dtype"
        Columns to read as categories: names, positions or a mask. Columns of a categorical type
        are always read so, and by default strings that are neither numbers, dates, durations nor
        text.
    store : str, path or None, default=None
        Where what fits find out is kept for later ones: an SQLite file, or the URL of a database.
        A fit starts with what was best on the same table and on similar ones, and appends shapes,
        configurations, losses and seconds; no rows, names or predictions. None keeps nothing.
    warm_start : {"portfolio", "similar", "landmarks"} or False, default="portfolio"
        What is tried first: an order learned on other data sets; the same, led by what was best on
        the data sets nearest by meta-features; the same, changed while it runs in favour of what
        was good on the data sets that rank the first members alike. False starts cold, with a
        linear model and the default of the space. See ``docs/metalearning.md``.
    run_directory : path or None, default=None
        Folder in which the run is written down while it goes on. When the process dies, the same
        call goes on with it: nothing that was finished is fitted again, and ``time_limit`` counts
        anew. A larger limit continues a run that has ended; the same one gives its model at once.
        What changes results raises `ResumeMismatchError`: other data, weights, ``scoring``,
        ``cv``, ``random_state``, search space (also by a library installed meanwhile) or major
        version; limits, ``n_jobs``, ``search`` and ``ensemble_size`` may change. Models in it are
        pickles: open only what you trust.

    Attributes
    ----------
    ensemble_ : WeightedEnsemble
        Members and their weights; predicts encoded rows.
    best_score_ : float
        Score of the ensemble by ``scoring``, in scikit-learn's sign, on held-out rows that did not
        choose its weights.
    leaderboard_ : DataFrame
        All trials, the best first.
    failures_ : DataFrame
        Fits that failed and why.
    history_ : History
        Results of all folds in the order in which they came.
    cv_results_ : dict
        The same in the layout of `sklearn.model_selection.GridSearchCV`.
    space_ : Space
        The space that was searched.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only when ``X`` has names of columns.

    See Also
    --------
    AutoClassifier : The same for classification.

    References
    ----------
    M. Feurer, A. Klein, K. Eggensperger, J. T. Springenberg, M. Blum, F. Hutter. "Efficient and
    Robust Automated Machine Learning". NeurIPS 2015.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from autoskl import AutoRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = AutoRegressor(n_trials=1, time_limit=None, random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.4)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CONSTRAINTS

    def __init__(
        self,
        *,
        time_limit: float | None = 300,
        n_trials: int | None = None,
        patience: int | None = None,
        trial_time_limit: float | str | None = "auto",
        memory_limit: int | str | None = "auto",
        scoring: Any = None,
        cv: Any = "auto",
        n_jobs: int | None = None,
        device: str = "auto",
        random_state: Any = None,
        verbose: int = 0,
        include: Selection = None,
        exclude: Selection = None,
        search_space: Any = None,
        search: Any = "auto",
        ensemble_size: int = 40,
        categorical_features: Any = "from_dtype",
        store: Any = None,
        warm_start: Any = "portfolio",
        run_directory: str | PathLike[str] | None = None,
    ) -> None:
        self.time_limit = time_limit
        self.n_trials = n_trials
        self.patience = patience
        self.trial_time_limit = trial_time_limit
        self.memory_limit = memory_limit
        self.scoring = scoring
        self.cv = cv
        self.n_jobs = n_jobs
        self.device = device
        self.random_state = random_state
        self.verbose = verbose
        self.include = include
        self.exclude = exclude
        self.search_space = search_space
        self.search = search
        self.ensemble_size = ensemble_size
        self.categorical_features = categorical_features
        self.store = store
        self.warm_start = warm_start
        self.run_directory = run_directory

    def fit(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Self:
        """Search for models and build the ensemble.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)
            Missing values, categories, booleans, dates and text need no preparation.
        y : array-like of shape (n_samples,)
            Finite numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in fits and scores. Rows of weight 0 take no part.
        groups : array-like of shape (n_samples,), default=None
            With ``cv="auto"`` or an integer, rows of one group never stand on both sides of a
            split. A splitter of your own is handed them and must use them, as `GroupKFold` does.

        Returns
        -------
        AutoRegressor
            This estimator, fitted.

        Raises
        ------
        ValueError
            For parameters or data that cannot be used; the message says what to do.
        """
        started = now()
        self._validate_params()
        self._check_allowance()
        return self._fit(
            X,
            y,
            check_regression_target(y),
            started=started,
            task=Task.REGRESSION,
            classes=None,
            sample_weight=sample_weight,
            class_weights=None,
            groups=groups,
        )

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Predict values.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self._outputs(X)[:, 0].astype(np.float64)
