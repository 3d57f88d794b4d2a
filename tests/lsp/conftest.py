import pytest

from lsp.client import Client

CONFIG = """\
schemas:
  - use: paper
    match: { path: "Papers/**" }
publish:
  select: { property: publish }
"""
SCHEMA = """\
name: paper
description: A note on a paper.
properties:
  title: { type: text, required: true, description: How the paper is called. }
  status: { type: text, enum: [to read, reading, read], description: How far I am. }
  publish: { type: checkbox }
sections:
  items:
    - heading: Notes
    - heading: Takeaways
    - heading: Questions
"""
GOOD = """\
---
title: Attention
status: read
---

## Notes

See [[Home]].

## Takeaways

A lot.

## Questions

None.
"""


@pytest.fixture
def vault(tmp_path):
    """A small vault; a client is not started yet."""
    files = {
        "vaultkit.yaml": CONFIG,
        "schemas/paper.yaml": SCHEMA,
        "Home.md": "# Home\n\nMy papers, #index.\n\nA block. ^first\n",
        "Papers/Attention.md": GOOD,
        "Papers/Memory.md": GOOD.replace("Attention", "Memory").replace(
            "[[Home]]", "[[Attention#Notes]] and [[Home#^first]]"
        ),
    }
    root = tmp_path / "My näme vault"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / ".obsidian").mkdir()
    return root


@pytest.fixture
def start(vault):
    """Starts clients, and ends them with the test."""
    clients = []

    def start(**given):
        clients.append(Client(given.pop("root", vault), **given))
        return clients[-1]

    yield start
    for client in clients:
        if client.process.poll() is None:
            client.kill()


@pytest.fixture
def client(start):
    return start()
