"""Incidents are logged over HTTP while the processes of the desk are killed; afterwards each is whole, or is not there.

    python -m benchmarks.crash --creates 2000 --databases sqlite,postgresql

What was answered is there, once; what was not answered is whole or absent: row, number, timeline, audit, interval and
search entry, the notice to whoever holds it, and the mails to holder and caller. SIGKILL goes to web processes, job
workers (one kind of them at the moment at which the mail server has taken a mail and not yet said so), the local Valkey
and, with PostgreSQL, to the server itself, which is then started again. A mail that was taken and not heard of goes
again; it must bear the same Message-ID, by which a mailbox drops it. How many did is told.
"""
