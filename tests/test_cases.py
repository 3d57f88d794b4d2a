"""Every case of every case file under tests/cases/rules; how they are written is told in tests/casefile.py."""

import pytest
from casefile import read_cases, run


@pytest.mark.parametrize("case", read_cases("rules"), ids=str)
def test_rule(case):
    run(case)
