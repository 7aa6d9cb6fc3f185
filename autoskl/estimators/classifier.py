"""`AutoClassifier`."""

from __future__ import annotations

import warnings
from os import PathLike
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin

from autoskl.core.clock import monotonic
from autoskl.core.errors import DataWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.core.task import Task
from autoskl.estimators.auto_estimator import AutoEstimator
from autoskl.estimators.class_weights import class_weight_of_rows
from autoskl.estimators.encoded_target import EncodedTarget
from autoskl.estimators.parameters import CLASSIFIER_CONSTRAINTS, Selection
from autoskl.tables.target import ClassEncoder, plain_labels


class AutoClassifier(ClassifierMixin, AutoEstimator):  # type: ignore[misc]
    """Find, fit and combine the best classifiers for a table within a time limit.

    Parameters
    ----------
    time_limit : float or None, default=300
        Time limit of ``fit`` in seconds, everything included. None means no limit; ``n_trials`` is
        then required, and fits with the same ``random_state`` give the same model.
    n_trials : int or None, default=None
        Maximum number of distinct configurations. For a reproducible fit also set
        ``time_limit=None``, otherwise the clock may stop it earlier. The constant model, further
        folds and larger shares of the rows do not count; 0 fits the constant model only.
    patience : int or None, default=None
        Stop after this many consecutive trials, completed or failed, without a better ensemble.
    trial_time_limit : "auto", float or None, default="auto"
        Soft time limit of a single fit in seconds; a fit far beyond it is killed. A fit is one fold
        of a configuration, or all folds of a network. ``"auto"`` and None use a share of
        ``time_limit``, or no limit if there is none.
    memory_limit : "auto", int, str or None, default="auto"
        Memory limit for all processes together, in bytes or as a string such as ``"4 GB"`` or
        ``"500 MiB"``; GB and GiB both mean 2**30 bytes. ``"auto"`` is what this process uses
        already plus 80 % of what the machine or container has left; above 100,000 rows, the steps
        before models other than boosted trees then copy no more than the size of the encoded table,
        and get fewer rows. None means no limit.
    scoring : str, callable or None, default=None
        Metric to maximise. None optimises log loss, while ``score`` still returns accuracy.
        Otherwise the name of a scikit-learn scorer, or a scorer ``(estimator, X, y)`` such as
        `sklearn.metrics.make_scorer` returns; plain metric functions are rejected. The estimator
        passed to the scorer returns stored predictions, and X holds row positions, so a scorer must
        not read X.
    cv : "auto", int, splitter, iterable or None, default="auto"
        ``"auto"``: 5 folds in 2 repetitions below 200 rows; 5 folds up to 20,000 rows (8 if
        ``time_limit`` is 300 or more, 3 above 500 rows per second of ``time_limit``); 3 folds up to
        100,000 rows (5 if ``time_limit`` is 300 or more, or None); one holdout of 25,000 rows
        beyond. With groups there are neither repetitions nor holdouts. An integer: that number
        of shuffled folds, stratified by class. A splitter or pairs (train, test) are used as they
        are, for example `sklearn.model_selection.TimeSeriesSplit` for rows in order of time. None:
        5 folds without shuffling, as in scikit-learn.
    n_jobs : int or None, default=None
        Number of worker processes. None uses every core granted by the container, but 1 inside a
        joblib worker; negative numbers count from all cores, as in joblib.
    device : str, default="auto"
        Device for networks, TabPFN and TabICL: ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``;
        ``"auto"`` uses a CUDA device if there is one.
    random_state : int, RandomState or None, default=None
        Seed; pass an int for reproducible results.
    verbose : int, default=0
        1 writes a progress line to standard error.
    include, exclude : list of str, dict of str to list of str, or None, default=None
        Models to include or exclude, or components by role: ``{"model": ["lightgbm", "linear"]}``.
    search_space : Space or None, default=None
        Replaces the default space for the table; ``include`` and ``exclude`` must then be None.
    search : str, Optimizer or callable, default="auto"
        The optimizer that follows the portfolio: a name (see
        ``autoskl.optimizers.OPTIMIZER_NAMES``), an optimizer, its class, or a function ``(space,
        ladder=, seed=)`` that returns one. The space of an optimizer, such as
        ``default_space(...)``, is the one that is searched: no other ``search_space`` may be given,
        and ``include`` and ``exclude`` must be None. Multi-fidelity optimizers vary the number of
        folds, or the share of the rows of large tables. Where few rows limit the number of
        configurations, every ``search`` but ``"auto"`` gets half of them.
    ensemble_size : int, default=40
        Number of steps of greedy ensemble selection, 1 to 10,000. 1 selects the single best
        configuration.
    class_weight : dict, "balanced" or None, default=None
        Class weights used for fitting, not for scoring.
    categorical_features : "from_dtype", array-like or None, default="from_dtype"
        Columns to treat as categorical: names, positions or a boolean mask. Columns of a
        categorical dtype always are, and by default so are strings other than numbers, dates,
        durations and text. None is the same as ``"from_dtype"``.
    store : str, path or None, default=None
        Where results are kept for later fits: an SQLite file, or the URL of a database. A fit
        starts with the best configurations for the same table and similar ones, and appends shapes,
        configurations, losses and times; no rows, names or predictions. None keeps nothing.
    warm_start : {"portfolio", "similar", "landmarks"} or False, default="portfolio"
        What is tried first. ``"portfolio"``: configurations in an order learned on other data sets.
        ``"similar"``: the same, preceded by the best on the data sets nearest by meta-features.
        ``"landmarks"``: the portfolio, reordered during the fit in favour of what was good on the
        data sets that rank its first configurations alike. False starts with a linear model and the
        default configuration of the space. See ``docs/metalearning.md``.
    run_directory : path or None, default=None
        Folder in which the run is recorded while it is in progress. If the process dies, repeat the
        call to resume: nothing that was finished is fitted again, and ``time_limit`` starts over. A
        larger limit continues a finished run; the same limit returns its model at once. A change
        that affects results raises `ResumeMismatchError`: other data, weights, ``scoring``, ``cv``,
        ``random_state``, search space (also through a newly installed library) or major version.
        Limits, ``n_jobs``, ``search`` and ``ensemble_size`` may change. The models in it are
        pickles: open only what you trust.

    Attributes
    ----------
    ensemble_ : WeightedEnsemble
        Members and their weights; predicts from encoded rows.
    best_score_ : float
        Cross-fitted score of the ensemble: by ``scoring``, in scikit-learn's sign, on held-out rows
        that were not used to choose its weights.
    leaderboard_ : DataFrame
        All trials, best first.
    failures_ : DataFrame
        Failed fits and their reasons.
    history_ : History
        Results of all folds, in the order in which they took effect.
    cv_results_ : dict
        The same results in the format of `sklearn.model_selection.GridSearchCV`.
    space_ : Space
        The search space.
    classes_ : ndarray of shape (n_classes,)
        Sorted class labels; the order of the columns of ``predict_proba``.
    column_kinds_ : dict of str to str
        How each column of X was read: as "numeric", "boolean", "ordinal", "categorical",
        "high-cardinality" (many categories), "datetime", "timedelta" or "text"; or why it was
        dropped: "constant", "identifier" or "empty".
    n_features_in_ : int
        Number of features seen during ``fit``.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features seen during ``fit``. Defined only if X has feature names that are all
        strings.

    See Also
    --------
    AutoRegressor : The regression counterpart.

    References
    ----------
    M. Feurer, A. Klein, K. Eggensperger, J. T. Springenberg, M. Blum, F. Hutter. "Efficient and
    Robust Automated Machine Learning". NeurIPS 2015.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from autoskl import AutoClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = AutoClassifier(n_trials=1, time_limit=None, random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.9)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CLASSIFIER_CONSTRAINTS

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
        class_weight: Any = None,
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
        self.class_weight = class_weight
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
            Labels: numbers, strings or booleans.
        sample_weight : array-like of shape (n_samples,), default=None
            Row weights for fitting and scoring. Rows of weight 0 are ignored.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group are never split between training and test set, with ``cv="auto"`` or
            an integer. A splitter of your own receives them and must use them, as `GroupKFold`
            does.

        Returns
        -------
        AutoClassifier
            The fitted estimator.

        Raises
        ------
        ValueError
            If parameters or data cannot be used; the message says what to do.
        TypeError
            If X is a ``LazyFrame``, ``search_space`` is not a `Space`, or ``search`` is neither a
            name nor makes an optimizer.
        OptionalDependencyError
            If a package is needed that is not installed.
        ResumeMismatchError
            If ``run_directory`` belongs to a different run.
        StoreError
            If ``store`` is damaged, locked or from a newer version.
        NoModelError
            If not even the constant model could be fitted.

        Warns
        -----
        AllowanceWarning
            If the time or the trials sufficed for the constant model only, or the fit was
            interrupted.
        DataWarning
            If columns were repaired or dropped, or scores say little.
        ExecutionWarning
            If worker processes cannot be used.
        LeakWarning
            If a column or duplicated rows may reveal the target.
        MemoryLimitWarning
            If something was skipped or shrunk to stay within the memory limit.
        RecordWarning
            If the run directory can no longer be written.
        StoreWarning
            If the store cannot be reached, or results were not stored.
        TrialFailureWarning
            If some trials failed; see ``failures_``.
        WarmStartWarning
            If some results of an earlier search were changed or ignored.
        """
        started = monotonic()
        self._validate_params()
        self._check_allowance()
        target = _encoded_target(y)
        return self._fit(
            X,
            target,
            started=started,
            sample_weight=sample_weight,
            class_weights=class_weight_of_rows(self.class_weight, target.values),
            groups=groups,
        )

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict class probabilities.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before ``fit``.
        ValueError
            If X lacks a column that the model reads, or is not a table. Columns that were empty,
            constant or identifiers in ``fit`` may be missing.
        TypeError
            If X is a ``LazyFrame``.

        Warns
        -----
        DataWarning
            If X has further columns, or a column that is not as in ``fit``: most values cannot be
            read, or no category is known.
        """
        outputs = self._outputs(X).astype(np.float64)
        normalised: NDArray[np.float64] = outputs / outputs.sum(axis=1, keepdims=True)
        return normalised

    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict the logarithm of class probabilities; raises and warns as `predict_proba`.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``; minus infinity where a probability is 0.
        """
        with np.errstate(divide="ignore"):
            logarithms: NDArray[np.float64] = np.log(self.predict_proba(X))
        return logarithms

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels.

        A label is the most probable one or, for metrics such as F1, the one chosen by a decision
        rule that was tuned on held-out rows. Raises and warns as `predict_proba`.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels from ``classes_``.
        """
        probabilities = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[self.ensemble_.decide(probabilities)]
        return labels

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy on the given data; raises and warns as `predict_proba`.

        Parameters
        ----------
        X : array-like, data frame or sparse array of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            True labels; Python objects too, which scikit-learn's own accuracy rejects.
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        float
            Share of correctly predicted rows.
        """
        return float(super().score(X, plain_labels(y), sample_weight))


def _encoded_target(y: Any) -> EncodedTarget:
    """Return the labels as codes; warn of labels in an array of objects that need not be one."""
    encoder = ClassEncoder()
    codes = encoder.fit_transform(y)
    classes = encoder.classes_
    dtype = getattr(y, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind == "O" and classes.dtype.kind != "O":
        warnings.warn(
            f"y holds {classes.dtype} in an array of objects, which the scorers of "
            "scikit-learn reject. Convert it, for example with y.infer_objects() or "
            "numpy.array(y.tolist()).",
            DataWarning,
            stacklevel=user_stack_level(),
        )
    task = Task.MULTICLASS if len(classes) > 2 else Task.BINARY
    return EncodedTarget(y, codes, task, classes)
