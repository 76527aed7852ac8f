"""What warehouse systems report, settled with what the books know."""
