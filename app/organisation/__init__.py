"""Companies, departments, sites, people, and the work groups that everybody who works here belongs to."""
