"""Weighted ensembles of fitted pipelines, selected by held-out predictions."""
