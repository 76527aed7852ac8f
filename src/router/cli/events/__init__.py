"""`router events`: what happened, and who is told."""
