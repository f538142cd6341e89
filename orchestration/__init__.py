"""When a night runs, and in what order.

What the records mean is decided in dbt_project, what must hold in expectations.
"""
