"""Backup and restore: the whole desk in one file, taken while it is in use, brought back on either database.

    about.json               what the file is; first, so that a foreign file is told at once
    tables/<name>.jsonl.gz   the rows of a table in the order of their keys (app.addon_system.row_lines)
    archives/… imports/…     what removed addons left, and files that are being brought in
    files/<sha256>           the contents of attachments; after the rows, so that none is missing
    secret_key               only where it was asked for
    manifest.json            last: versions, revisions, rows, sizes and SHA-256 of all; without it the file is cut off
"""
