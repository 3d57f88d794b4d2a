"""A vault made of texts, with the working folder in it."""

import pytest


@pytest.fixture
def vault(tmp_path, monkeypatch):
    """Write files into a new vault: `vault({"vaultkit.yaml": ...})`; None makes a folder. Returns its root."""
    monkeypatch.chdir(tmp_path)

    def write(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.mkdir()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(tmp_path)

    return write
