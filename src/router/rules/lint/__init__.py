"""What rules do together, proven: checks of whole packs, each finding with an order that shows it."""
