"""What is known from other data sets."""
