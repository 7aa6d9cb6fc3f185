"""From evaluations to what is shipped: portfolios, costs, and how good they are."""
