"""Our own part of the protocol: how notes stand, all problems, properties, the preview; and publishing."""

import json
import os
import subprocess
import sys
from hashlib import sha256

from lsp.conftest import CONFIG, GOOD

PUBLIC = GOOD.replace("status: read", "status: read\npublish: true")


def run(client, command, **given):
    return client.ask("workspace/executeCommand", command=f"vaultkit.{command}", arguments=[given] if given else [])


def status(client, uri):
    return client.ask("vaultkit/status", uri=uri)


def lens(client, uri):
    (found,) = client.ask("textDocument/codeLens", textDocument={"uri": uri})
    assert found["range"]["start"] == {"line": 0, "character": 0}
    return found["command"]["title"]


def saved(client, vault, uri, path, text):
    (vault / path).write_text(text)
    client.change(uri, text)
    client.save(uri)
    client.settle()


def test_a_note_on_its_way_to_the_public_and_back(client, vault):
    path = "Papers/Attention.md"
    uri = client.open(path)
    client.found(uri)
    assert status(client, uri)["state"] == "private" and lens(client, uri) == "not published"
    saved(client, vault, uri, path, PUBLIC)
    assert status(client, uri)["state"] == "ready" and lens(client, uri) == "ready · publish"
    done = run(client, "publish", uri=uri)
    assert done["done"] and done["targets"][0]["new"] == [path]
    assert (vault.parent / f"{vault.name}-site/papers/attention.html").exists()
    now = status(client, uri)
    assert now["state"] == "published" and now["url"] == "papers/attention.html" and now["at"]
    client.change(uri, PUBLIC + "More.\n")
    assert status(client, uri)["state"] == "changed" and status(client, uri)["saved"] is False
    broken = PUBLIC.replace("[[Home]]", "[[Nowhere]]")
    saved(client, vault, uri, path, broken)
    assert status(client, uri)["state"] == "held" and "held: last published" in lens(client, uri)
    dry = run(client, "publishDryRun")
    assert [item["path"] for item in dry["targets"][0]["held"]] == [path] and not dry["done"]
    states = [item["state"] for item in client.told["vaultkit/statusChanged"] if item["uri"] == uri]
    assert [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state] == [
        "private", "ready", "published", "changed", "held",
    ]  # fmt: skip


def test_what_is_not_saved_is_not_published(client, vault):
    uri = client.open("Papers/Attention.md", PUBLIC)
    client.found(uri)
    refused = run(client, "publish", uri=uri)
    assert not refused["done"] and "not saved yet" in refused["message"]
    (vault / "Papers/Attention.md").write_text(PUBLIC)
    other = run(client, "publish", uri=uri, sha256=sha256(b"other").hexdigest())
    assert not other["done"] and "not saved yet" in other["message"]
    assert run(client, "publish", uri=uri, sha256=sha256(PUBLIC.encode()).hexdigest())["done"]


def test_another_note_that_is_not_saved_is_published_as_the_disk_has_it(client, vault):
    (vault / "Papers/Attention.md").write_text(PUBLIC)
    uri = client.open("Papers/Attention.md", PUBLIC.replace("A lot.", "SECRET"))
    home = client.open("Home.md")
    client.found(home)
    assert run(client, "publish", uri=home)["done"]
    page = (vault.parent / f"{vault.name}-site/papers/attention.html").read_text()
    assert "A lot." in page and "SECRET" not in page
    assert status(client, uri)["saved"] is False


def test_the_problems_of_the_whole_vault_by_pages(client, vault):
    for number in range(5):
        (vault / f"{number}.md").write_text("[[Nowhere]]\n" * 3)
    client.open("Home.md")
    assert run(client, "checkVault")["problems"] == 15
    first = client.ask("vaultkit/problems", limit=4)
    assert (first["total"], first["next"], len(first["items"])) == (15, 4, 4)
    rest = client.ask("vaultkit/problems", cursor=first["next"])
    assert rest["next"] is None and len(rest["items"]) == 11
    assert {item["path"] for item in (*first["items"], *rest["items"])} == {f"{number}.md" for number in range(5)}


def test_after_checking_the_vault_every_note_is_told(client, vault):
    (vault / "Other.md").write_text("[[Nowhere]]\n")
    client.found(client.open("Home.md"))
    assert client.uri("Other.md") not in client.diagnostics
    assert run(client, "checkVault") == {"done": True, "message": "", "problems": 1, "notes": 1}
    client.until(client.uri("Other.md"), "link-broken")
    (vault / "Other.md").write_text("Nothing.\n")
    client.until(client.uri("Other.md"))


def test_properties_and_their_meaning(client):
    uri = client.open("Papers/Attention.md")
    found = {item["name"]: item for item in client.ask("vaultkit/properties", uri=uri)}
    assert found["status"]["choices"] == ["to read", "reading", "read"] and found["status"]["present"]
    assert found["title"]["required"] and not found["publish"]["present"]


def test_a_preview_is_sanitised_and_shows_the_unsaved_text(client):
    uri = client.open("Papers/Attention.md", GOOD + "<script>alert(1)</script>\n\n**new** %%hidden%%\n")
    html = client.ask("vaultkit/preview", uri=uri)["html"]
    assert "<strong>new</strong>" in html and "script" not in html and "hidden" not in html


def test_long_work_tells_how_far_it_is(start):
    client = start(capabilities={"window": {"workDoneProgress": True}})
    client.found(client.open("Home.md"))
    run(client, "checkVault")
    kinds = [item["value"]["kind"] for item in client.told["$/progress"]]
    assert kinds[0] == "begin" and kinds[-1] == "end"


def check(vault):
    done = subprocess.run(
        [sys.executable, "-m", "vaultkit", "check", "--vault", vault, "--output-format", "json"],
        capture_output=True,
        env={**os.environ, "XDG_CACHE_HOME": str(vault.parent / "other-cache")},
        check=False,
    )
    return json.loads(done.stdout)["findings"]


def told(client, vault):
    """What `check` would say, out of what the server says; places as line and column from 1."""
    found = client.ask("vaultkit/problems")["items"]
    return [
        (
            item["path"],
            item["diagnostic"]["code"],
            item["diagnostic"]["message"].partition("\n")[0],
            item["diagnostic"]["range"]["start"]["line"] + 1,
            item["diagnostic"]["range"]["start"]["character"] + 1,
        )
        for item in found
    ]


def as_told(findings):
    return [
        (item["path"], item["rule"], item["message"], item["start"]["line"], item["start"]["column"])
        for item in findings
    ]


def test_the_verdicts_are_those_of_a_check(start, vault):
    (vault / "vaultkit.yaml").write_text(CONFIG.replace("publish:\n", "publish:\n  gate: error\n"))
    client = start(unit="utf-32")
    paths = ["Papers/Attention.md", "Papers/Memory.md", "Home.md", "New.md"]
    texts = [
        GOOD,
        GOOD.replace("## Notes", "## Not"),
        GOOD.replace("read", "red"),
        "---\ntitle: a: b\n---\n",
        "# One\n\n[[Attention#Nowhere]] 😀 [[new]] [[Memory]] ^a\n\nText ^a\n",
        PUBLIC.replace("[[Home]]", "![[Home]]"),
        "",
        "﻿---\r\ntitle: X\r\n---\r\n[[Home#^second]]\r\n",
    ]
    uris = {}
    for step in range(24):
        path, text = paths[step * 7 % 4], texts[step * 5 % 8]
        (vault / path).write_bytes(text.encode())
        shown = text.removeprefix("\ufeff")
        if path in uris:
            client.change(uris[path], shown)
            client.save(uris[path])
        elif step % 3:
            uris[path] = client.open(path, shown)
        else:
            client.tell("workspace/didChangeWatchedFiles", changes=[])
        assert told(client, vault) == as_told(check(vault))
