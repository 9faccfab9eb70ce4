"""People of the tests."""
