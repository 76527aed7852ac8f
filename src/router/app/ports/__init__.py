"""What is needed from outside; stores, connectors and the wiring supply it."""
