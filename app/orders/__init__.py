"""Orders: a change that is told in words, at the command line or for later, and goes through the one door of its kind.

    record set incident INC00001 priority=high --as wang
    group grant first_line incident.role_manager --at "2027-01-04 08:00"

An order is plain data (`performing`), so that a job can do it (`jobs`) as well as a command (`commands`).
"""
