"""What the fits of predictors and transformers share: deadlines, warnings, samples, weights."""
