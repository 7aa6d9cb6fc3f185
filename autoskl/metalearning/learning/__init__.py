"""Learns portfolios and costs from a store, and estimates their quality."""
