"""Those who move money, one a file, and a real fake."""
