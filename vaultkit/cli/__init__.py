"""The command line: one file per command, named as the command. The only place that prints, and that knows of exits.

A command translates: arguments into calls of the session, results into text and an exit code (0 clean, 1 findings,
2 the set-up is wrong, 130 interrupted).
"""
