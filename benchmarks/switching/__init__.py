"""An addon is switched on and off while people work: nobody notices, and nothing that they saved or wanted is lost.

    python -m benchmarks.switching --switches 20 --clients 8 --databases sqlite,postgresql

The addon is `problem`, with its bridge `incident_problem`; the desk has two web processes and a job worker. No answer
is 500 or above and no connection is refused or broken; while the addon is off its addresses answer 404. Afterwards all
that was answered as saved is there, told in audit and found by its words; the holder of each incident has heard of it,
and each incident of a published workaround has been told it once.
"""
