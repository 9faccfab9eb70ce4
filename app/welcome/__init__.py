"""Setting the desk up, step by step: a checklist for the administrator that can be left and taken up again."""
