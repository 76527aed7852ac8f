"""Questions, answered from what is committed."""
