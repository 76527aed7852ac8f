"""Where events go, and how far each sink is."""
