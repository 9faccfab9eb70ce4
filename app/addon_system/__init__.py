"""How addons are found, ordered, loaded, installed and taken away again."""
