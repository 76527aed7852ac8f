"""Where orders are captured, and what holds for each place."""
