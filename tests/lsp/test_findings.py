"""Findings reach the client, at the right places, for the right text."""

import json
import subprocess
import sys

from lsp.conftest import GOOD


def test_what_is_wrong_is_told_when_a_note_is_opened_and_taken_back_when_it_is_mended(client):
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Hom]]"))
    (found,) = client.until(uri, "link-broken")
    assert found["range"] == {"start": {"line": 7, "character": 4}, "end": {"line": 7, "character": 11}}
    assert (found["source"], found["severity"]) == ("vaultkit", 1)
    assert "`Hom`" in found["message"]
    assert found["codeDescription"]["href"].endswith("/link-broken.md")
    client.change(uri, GOOD)
    assert client.until(uri) == []
    assert client.stop() == 0


def test_a_note_without_findings_is_told_as_such(client):
    assert client.found(client.open("Papers/Attention.md")) == []


def test_an_unsaved_text_wins_over_the_disk_also_for_other_notes(client):
    memory, attention = client.open("Papers/Memory.md"), client.open("Papers/Attention.md")
    assert client.found(memory) == []
    client.change(attention, GOOD.replace("## Notes", "## Note"))
    client.until(memory, "link-broken-heading")
    client.until(attention, "section-renamed")
    client.close(attention)
    client.until(memory)


def test_only_notes_whose_findings_changed_are_told_again(client):
    memory, attention = client.open("Papers/Memory.md"), client.open("Papers/Attention.md")
    client.found(memory), client.found(attention)
    client.settle()
    before = len(client.told["published"])
    client.change(attention, GOOD + "\nMore.\n")
    client.settle()
    assert len(client.told["published"]) == before


def test_places_are_in_the_unit_that_was_agreed_upon(start):
    text = GOOD.replace("See [[Home]].", "😀ä [[Nowhere]]")
    for unit, wanted in {"utf-8": 7, "utf-16": 4, "utf-32": 3}.items():
        client = start(unit=unit)
        assert client.server["capabilities"]["positionEncoding"] == unit
        (found,) = client.until(client.open("Papers/Attention.md", text), "link-broken")
        assert found["range"]["start"] == {"line": 7, "character": wanted}


def test_lines_end_where_the_protocol_says(client):
    text = GOOD.replace("See [[Home]].", "one\u2028two\x0cthree\x85four [[Nowhere]]")
    (found,) = client.until(client.open("Papers/Attention.md", text), "link-broken")
    assert found["range"]["start"]["line"] == 7
    (found,) = client.until(client.open("Home.md", "one\u2028two\rthree\r\nfour\n[[Nowhere]]"), "link-broken")
    assert found["range"]["start"]["line"] == 3


def test_what_happens_outside_the_editor_is_followed(client, vault):
    uri = client.open("Papers/Memory.md")
    assert client.found(uri) == []
    (vault / "Papers/Attention.md").rename(vault / "Papers/Renamed.md")
    client.until(uri, "link-broken")
    (vault / "Papers/Renamed.md").rename(vault / "Papers/Attention.md")
    client.until(uri)


def test_a_client_that_follows_files_is_asked_to(start, vault):
    watched = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    client = start(capabilities=watched)
    assert client._heard.get(timeout=30) == "client/registerCapability"
    uri = client.open("Papers/Memory.md")
    assert client.found(uri) == []
    (vault / "Papers/Attention.md").unlink()
    client.tell("workspace/didChangeWatchedFiles", changes=[{"uri": client.uri("Papers/Attention.md"), "type": 3}])
    client.until(uri, "link-broken")


def test_a_changed_configuration_counts_and_a_broken_one_is_said_and_the_last_good_one_goes_on(client, vault):
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Nowhere]]"))
    client.until(uri, "link-broken")
    good = (vault / "vaultkit.yaml").read_text()
    (vault / "vaultkit.yaml").write_text(good + "rules: { link-broken: off }\n")
    client.until(uri)
    (vault / "vaultkit.yaml").write_text(good + "rulez: {}\n")
    said = client.wait(lambda: client.told.get("window/showMessage"))
    assert "there is no key `rulez` here" in said[0]["message"]
    client.change(uri, GOOD + "[[Nowhere]]\n")
    client.settle()
    assert client.found(uri) == []
    (vault / "vaultkit.yaml").write_text(good)
    client.until(uri, "link-broken")


def test_the_baseline_is_known(client, vault):
    (vault / "Papers/Attention.md").write_text(GOOD.replace("[[Home]]", "[[Nowhere]]"))
    subprocess.run(
        [sys.executable, "-m", "vaultkit", "check", "--vault", vault, "--write-baseline"],
        check=False,
        capture_output=True,
    )
    uri = client.open("Papers/Attention.md")
    client.until(uri)
    assert json.loads((vault / "vaultkit-baseline.json").read_text())["notes"]


def test_the_handshake_names_our_own_protocol(client):
    assert client.server["capabilities"]["experimental"]["vaultkit"]["protocol"] == 1
    assert client.server["serverInfo"]["name"] == "vaultkit"
    assert client.server["capabilities"]["textDocumentSync"]["change"] == 1
