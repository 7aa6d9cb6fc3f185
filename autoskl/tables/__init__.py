"""Encodes tables of any kind as the one array that every worker reads."""
