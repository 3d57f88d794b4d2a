"""How findings are written down: one file per output format, named as the format.

A report is a pure function `report(result: CheckResult, look: Look) -> str`; the text ends with a line end unless it is
empty. Findings come in stable order and stay in it.
"""
