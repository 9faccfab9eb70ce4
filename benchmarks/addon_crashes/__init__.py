"""Installing and removing an addon is killed by SIGKILL; the next start makes the desk as it was, or as it was to be.

    python -m benchmarks.addon_crashes --points 10 --moments 10 --databases sqlite,postgresql

The addon is `problem` with its bridge `incident_problem`, filled. Its fresh installation, uninstallation, restoration
and erasing are each killed at points that lie evenly over their statements, commits and written files, and at random
moments of their time. Then the database is prepared as at any start, and compared row by row with both of what it
may be; where it is the old one, the action is done once more.
"""
