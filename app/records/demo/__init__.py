"""Demo data: which rows they are, so that they are never mistaken for real ones and go in one step."""
