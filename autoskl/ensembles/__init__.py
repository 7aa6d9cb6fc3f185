"""From candidates' held-out predictions to a weighted ensemble of fitted pipelines."""
