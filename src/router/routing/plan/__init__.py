"""From a solution in numbers to the plan of an order."""
