"""The search space of pipelines for a table, and pipelines built from its configurations."""
