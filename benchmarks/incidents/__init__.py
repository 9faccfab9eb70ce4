"""Lists, pages, steps and searches of a desk with up to 1,000,000 incidents, beside a plain page with the same rows.

    python -m benchmarks.incidents --sizes 10000,100000,1000000 --databases sqlite,postgresql

The first run makes the databases (seeded: the same each time but for the day on which they end); they are kept in
--folder and used again. --report writes the table as Markdown.
"""
