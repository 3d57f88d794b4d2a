import pytest

from server.watched import PRIVATE, watched


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    """A vault with a public note and a private one that has a finding; its site has a link that leads out."""
    folder = tmp_path_factory.mktemp("served")
    with watched(folder, {"Public/Home.md": "# Home\n\nWords.\n", "Private.md": PRIVATE}) as made:
        (folder / "secret.txt").write_text("secret")
        (folder / "elsewhere").mkdir()
        (folder / "elsewhere/secret.html").write_text("secret")
        (made.site / "leak").symlink_to(folder / "secret.txt")
        (made.site / "leaks").symlink_to(folder / "elsewhere")
        (made.site / ".hidden").write_text("secret")
        (made.site / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        (made.site / "many.bin").write_bytes(bytes(range(256)) * 1024)
        yield made


@pytest.fixture
def address(vault):
    return vault.preview.url
