"""The orders of a batch side by side, and what rules read of them."""
