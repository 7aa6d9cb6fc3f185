"""The words that every floor speaks: values and laws, no algorithm."""
