"""Who finds out how goods fit in boxes."""
