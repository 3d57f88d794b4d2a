"""Every case of every case file; how they are written is told in tests/casefile.py."""

import pytest

from casefile import read_cases, run
from console import run_console


@pytest.mark.parametrize("case", read_cases("rules"), ids=str)
def test_rule(case):
    run(case)


@pytest.mark.parametrize("case", [*read_cases("cli"), *read_cases("reports")], ids=str)
def test_console(case, tmp_path):
    run_console(case, tmp_path)
