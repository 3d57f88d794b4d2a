"""Where a vault may be published."""

import pytest

from vaultkit.errors import SetupError
from vaultkit.publish.store import Store


@pytest.fixture
def vault(tmp_path):
    for name in ("Home.md", "Reading/a.md", "Reading/Deep/b.txt"):
        (tmp_path / "vault" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "vault" / name).write_text("x")
    return tmp_path / "vault"


@pytest.mark.parametrize("output", ["Reading/out", "Reading/Deep/out", "Reading/Deep"])
def test_the_output_cannot_lie_among_notes(vault, output):
    with pytest.raises(SetupError, match="cannot lie among notes"):
        Store(str(vault / output), str(vault)).check()


@pytest.mark.parametrize("output", ["public", "site/public", "../public"])
def test_a_folder_of_its_own_is_fine(vault, output):
    Store(str(vault / output), str(vault)).check()
    assert not (vault / output).exists()
