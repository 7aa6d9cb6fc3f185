"""Evaluate configurations over a folder of data sets, into a store."""
