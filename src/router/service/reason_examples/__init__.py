"""An example of each reason of refusal."""
