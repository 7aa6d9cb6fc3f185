"""From the user's table to the one form that every worker reads."""
