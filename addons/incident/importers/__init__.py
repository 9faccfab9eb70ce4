"""Reading other systems' incidents."""
