"""CatBoost, LightGBM and XGBoost with early stopping and predictions at any round."""
