"""Encoders, imputers and scalers: what stands between the encoded table and a model."""
