"""The life of rule versions: review, stage, activate, shadow."""
