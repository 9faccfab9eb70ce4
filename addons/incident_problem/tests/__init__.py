"""The addon's own tests."""
