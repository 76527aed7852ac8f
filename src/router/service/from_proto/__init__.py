"""Messages to values, one resource a file. Every converter notes what is wrong and goes on; nothing is raised."""
