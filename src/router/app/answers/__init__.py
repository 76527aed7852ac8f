"""What the engine answers, by subject: the answer to a command is what it did."""
