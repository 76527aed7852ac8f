"""The effect of a change of rules on recorded orders."""
