"""Records from files: read, mapped, tried, brought in row by row through the service of their kind."""
