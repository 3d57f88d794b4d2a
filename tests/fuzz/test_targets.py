"""The fuzz targets, run under hypothesis with texts that are made of Markdown's and YAML's signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.targets import TARGETS

SIGNS = [
    *"#>-+*_`~$%^|[]()<>!:\\\"'{},&@ \t\n\n\r=1a.é🌊",
    "[[",
    "]]",
    "---\n",
    "a: ",
    "- ",
    "%%",
    "<!--",
    "-->",
    "\n\n",
    "```",
]
DATA = st.one_of(
    st.lists(st.sampled_from(SIGNS), max_size=40).map(lambda parts: "".join(parts).encode("utf-8")),
    st.binary(max_size=60),
)


@pytest.mark.parametrize("name", TARGETS)
@given(data=DATA)
def test_target(name, data):
    TARGETS[name](data)
