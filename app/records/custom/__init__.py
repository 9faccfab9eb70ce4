"""Custom fields: what an administrator adds to a record's own columns, without a restart and without new columns."""
