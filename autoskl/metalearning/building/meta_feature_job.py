"""Extraction of the meta-features of a data set in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from autoskl.metalearning.building.corpus import CorpusEntry
from autoskl.metalearning.building.measurement import load_sample
from autoskl.metalearning.building.sampling import Stage
from autoskl.metalearning.metafeatures.extraction import Features, meta_features


@dataclass(frozen=True, slots=True)
class MetaFeatureJob:
    """A picklable call that extracts meta-features from the rows of a stage.

    Attributes
    ----------
    folder : str
        Folder of the corpus.
    entry : CorpusEntry
    stage : Stage
    """

    folder: str
    entry: CorpusEntry
    stage: Stage

    def __call__(self) -> Features:
        """Return the meta-features; sizes refer to the whole table."""
        dataset = load_sample(self.folder, self.entry, self.stage, 0).dataset
        features = meta_features(dataset)
        rows = log2(max(self.entry.rows, 1))
        features["log_rows"] = rows
        features["log_rows_per_column"] = rows - features["log_columns"]
        return features
