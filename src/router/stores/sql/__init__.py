"""What all SQL stores ask, in words that all of them understand."""
