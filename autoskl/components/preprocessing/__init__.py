"""Preprocessing components: encoders, imputers, scalers, selectors and others."""
