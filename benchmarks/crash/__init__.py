"""Incidents are logged over HTTP while the processes of the desk are killed; afterwards each is whole, or is not there.

    python -m benchmarks.crash --creates 2000 --databases sqlite,postgresql

What was answered is there, once; what was not answered is whole or absent: row, number, timeline, audit, interval and
search entry, and the notice to whoever holds it. SIGKILL goes to web processes, job workers, the local Valkey and, with
PostgreSQL, to the server itself, which is then started again.
"""
