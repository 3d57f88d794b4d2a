"""What is offered at a place: fixes, completion, hovers, ways through the vault, renaming."""

import pytest

from lsp.client import Refused
from lsp.conftest import GOOD


def offers(client, uri, line, character):
    return client.ask("textDocument/completion", **client.at(uri, line, character))["items"]


def labels(client, uri, line, character):
    return [item["label"] for item in offers(client, uri, line, character)]


def actions(client, uri, line, character=0, **context):
    place = {"line": line, "character": character}
    return client.ask(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range={"start": place, "end": place},
        context={"diagnostics": [], **context},
    )


def made(text, edits):
    """What edits in UTF-16 make of a text of one-unit characters."""
    lines = [*text.splitlines(keepends=True), ""]
    starts = [sum(map(len, lines[:n])) for n in range(len(lines))]
    spans = [
        [starts[edit["range"][side]["line"]] + edit["range"][side]["character"] for side in ("start", "end")]
        for edit in edits
    ]
    for (start, end), edit in sorted(zip(spans, edits, strict=True), key=lambda item: item[0], reverse=True):
        text = text[:start] + edit["newText"] + text[end:]
    return text


def after(action, uri, text):
    return made(text, action["edit"]["changes"][uri])


# What can be done


def test_a_finding_offers_its_fix_and_the_fix_clears_it(client):
    text = GOOD.replace("## Notes", "## Note")
    uri = client.open("Papers/Attention.md", text)
    client.until(uri, "section-renamed")
    fix = next(item for item in actions(client, uri, 5, 4) if item["title"] == "Rename to `Notes`")
    assert fix["kind"] == "quickfix" and fix["diagnostics"][0]["code"] == "section-renamed"
    assert after(fix, uri, text) == GOOD
    client.change(uri, after(fix, uri, text))
    client.until(uri)


def test_all_missing_sections_at_once(client):
    text = GOOD.partition("## Notes")[0]
    uri = client.open("Papers/Attention.md", text)
    found = client.until(uri, "section-missing", "section-missing", "section-missing")
    line = found[0]["range"]["start"]["line"]
    fix = next(item for item in actions(client, uri, line) if item["title"] == "Insert all missing sections")
    assert [line for line in after(fix, uri, text).splitlines() if line.startswith("#")] == [
        "# Notes",
        "# Takeaways",
        "# Questions",
    ]


def test_all_safe_fixes_of_the_note(client):
    text = GOOD.replace("title: Attention", "title: 1984")
    uri = client.open("Papers/Attention.md", text)
    client.until(uri, "property-type")
    (whole,) = actions(client, uri, 0, only=["source.fixAll"])
    assert whole["kind"] == "source.fixAll.vaultkit"
    assert after(whole, uri, text) == text.replace("1984", '"1984"')


def test_suppressing_a_finding_where_it_stands(client):
    text = GOOD.replace("[[Home]]", "[[Nowhere]]")
    uri = client.open("Papers/Attention.md", text)
    client.until(uri, "link-broken")
    fix = next(item for item in actions(client, uri, 7, 6) if item["title"] == "Suppress `link-broken` here")
    assert "See [[Nowhere]]. %% vaultkit-disable-line link-broken %%\n" in after(fix, uri, text)
    client.change(uri, after(fix, uri, text))
    client.until(uri)


def test_suppressing_a_finding_in_the_properties(client):
    text = GOOD.replace("status: read", "status: done")
    uri = client.open("Papers/Attention.md", text)
    client.until(uri, "property-enum")
    fix = next(item for item in actions(client, uri, 2, 9) if item["title"] == "Suppress `property-enum` here")
    client.change(uri, after(fix, uri, text))
    client.until(uri)


def test_creating_the_note_that_a_link_should_open(client):
    uri = client.open("Papers/Attention.md", GOOD.replace("[[Home]]", "[[Sub/New one|x]]"))
    client.until(uri, "link-broken")
    (create,) = [item for item in actions(client, uri, 7, 6) if item["title"].startswith("Create the note")]
    assert create["edit"]["documentChanges"] == [
        {"kind": "create", "uri": client.uri("Sub/New one.md"), "options": {"ignoreIfExists": True}}
    ]


# What can be typed


def test_property_names_that_are_not_there_yet(client):
    uri = client.open("Papers/Attention.md", "---\ntitle: A\nst\n---\n")
    status, publish = offers(client, uri, 2, 2)
    assert (status["label"], publish["label"]) == ("status", "publish")
    assert status["textEdit"]["newText"] == "status: " and "How far I am" in status["documentation"]["value"]


def test_values_that_a_property_may_have(client):
    uri = client.open("Papers/Attention.md", "---\nstatus: \npublish: t\ntags:\n  - i\n---\n")
    assert labels(client, uri, 1, 8) == ["to read", "reading", "read"]
    assert labels(client, uri, 2, 10) == ["true", "false"]
    assert labels(client, uri, 4, 5) == ["index"]


def test_tags_in_use(client):
    uri = client.open("Papers/Attention.md", GOOD + "\nSee #in and `#no`\n")
    assert labels(client, uri, 17, 7) == ["#index"]


def test_sections_that_are_due(client):
    uri = client.open("Papers/Attention.md", GOOD.replace("## Takeaways", "## T").replace("## Questions", "## Other"))
    client.found(uri)
    assert labels(client, uri, 9, 4) == ["Takeaways", "Questions"]


def test_links_to_notes_headings_and_blocks(client):
    uri = client.open("Papers/Attention.md", GOOD + "[[Mem\n[[Memory#\n[[Home#^\n")
    assert labels(client, uri, 16, 5) == ["Memory"]
    assert labels(client, uri, 17, 9) == ["Notes", "Takeaways", "Questions"]
    assert labels(client, uri, 18, 8) == ["^first"]


def test_links_are_left_to_another_server_on_request(client):
    uri = client.open("Papers/Attention.md", GOOD + "[[Mem\n")
    client.tell("workspace/didChangeConfiguration", settings={"vaultkit": {"links": False}})
    assert labels(client, uri, 16, 5) == []


def test_nothing_is_offered_in_running_text_or_elsewhere(client):
    uri = client.open("Papers/Attention.md")
    assert labels(client, uri, 11, 3) == []
    assert client.ask("textDocument/completion", **client.at("file:///nowhere/else.md", 0, 0))["items"] == []


# What is said


def hover(client, uri, line, character):
    found = client.ask("textDocument/hover", **client.at(uri, line, character))
    return found and found["contents"]["value"]


def test_hovers(client):
    uri = client.open("Papers/Memory.md")
    assert "How far I am" in hover(client, uri, 2, 2) and "`to read`" in hover(client, uri, 2, 2)
    assert "Papers/Attention.md" in hover(client, uri, 7, 8) and "See [[Home]]" in hover(client, uri, 7, 8)
    assert "A block." in hover(client, uri, 7, 32)
    assert hover(client, uri, 11, 2) is None
    home = client.open("Home.md")
    assert hover(client, home, 2, 13) == "**#index** · in 1 note"


# Ways through the vault


def test_a_link_leads_to_its_heading_or_block(client):
    uri = client.open("Papers/Memory.md")
    found = client.ask("textDocument/definition", **client.at(uri, 7, 8))
    assert found["uri"].endswith("Papers/Attention.md") and found["range"]["start"]["line"] == 5
    found = client.ask("textDocument/definition", **client.at(uri, 7, 32))
    assert found["uri"].endswith("Home.md") and found["range"]["start"] == {"line": 4, "character": 9}


def test_who_links_here(client):
    uri = client.open("Papers/Attention.md")
    whole = client.ask("textDocument/references", **client.at(uri, 7, 0), context={"includeDeclaration": False})
    assert [place["uri"].rpartition("/")[2] for place in whole] == ["Memory.md"]
    notes = client.ask("textDocument/references", **client.at(uri, 5, 4), context={"includeDeclaration": True})
    assert [place["uri"].rpartition("/")[2] for place in notes] == ["Attention.md", "Memory.md"]
    questions = client.ask("textDocument/references", **client.at(uri, 13, 4), context={"includeDeclaration": False})
    assert questions == []


def test_symbols(client):
    uri = client.open("Papers/Attention.md", "# A\n\n## B\n\n### C\n\n## D\n\n# E\n")
    found = client.ask("textDocument/documentSymbol", textDocument={"uri": uri})
    assert [(item["name"], [inner["name"] for inner in item["children"]]) for item in found] == [
        ("A", ["B", "D"]),
        ("E", []),
    ]
    assert found[0]["children"][0]["range"]["end"]["line"] == 6
    names = [item["name"] for item in client.ask("workspace/symbol", query="mem")]
    assert names == ["Memory"]


# Renaming


def rename(client, uri, line, character, name):
    return client.ask("textDocument/rename", **client.at(uri, line, character), newName=name)["documentChanges"]


def texts(changes):
    """What the edits write, by file."""
    return {
        change["textDocument"]["uri"].rpartition("/")[2]: sorted(edit["newText"] for edit in change["edits"])
        for change in changes
        if "edits" in change
    }


def test_renaming_a_heading_takes_its_links_along(client):
    uri = client.open("Papers/Attention.md")
    prepared = client.ask("textDocument/prepareRename", **client.at(uri, 5, 4))
    assert prepared["placeholder"] == "Notes"
    changes = rename(client, uri, 5, 4, "My notes")
    assert texts(changes) == {"Attention.md": ["My notes"], "Memory.md": ["#My notes"]}
    assert changes[0]["textDocument"]["version"] == 1 and changes[1]["textDocument"].get("version") is None


def test_renaming_a_block(client):
    uri = client.open("Home.md")
    assert client.ask("textDocument/prepareRename", **client.at(uri, 4, 10))["placeholder"] == "first"
    assert texts(rename(client, uri, 4, 10, "second")) == {"Home.md": ["second"], "Memory.md": ["#^second"]}
    with pytest.raises(Refused, match="letters, digits and dashes"):
        rename(client, uri, 4, 10, "not an id")


def test_renaming_the_note_that_a_link_opens(client):
    uri = client.open("Papers/Memory.md")
    changes = rename(client, uri, 7, 8, "Attention please")
    assert texts(changes) == {"Memory.md": ["Attention please"]}
    assert changes[-1] == {
        "kind": "rename",
        "oldUri": client.uri("Papers/Attention.md"),
        "newUri": client.uri("Papers/Attention please.md"),
    }
    for name, words in {"Memory": "already", "a/b": "no file", "": "one line"}.items():
        with pytest.raises(Refused, match=words):
            rename(client, uri, 7, 8, name)


def test_a_file_that_the_client_renames_takes_its_links_along(client):
    client.open("Papers/Memory.md")
    files = [{"oldUri": client.uri("Papers/Attention.md"), "newUri": client.uri("Old/Attention 2.md")}]
    client.settle()
    changes = client.ask("workspace/willRenameFiles", files=files)["documentChanges"]
    assert texts(changes) == {"Memory.md": ["Attention 2"]}


def test_several_files_that_the_client_renames_are_one_change(client, vault):
    (vault / "Papers/Sub").mkdir()
    (vault / "Papers/Sub/Deep.md").write_text("[Up](../Attention.md), [[Papers/Memory|m]], [[Deep]]\n")
    client.tell("workspace/didChangeWatchedFiles", changes=[])
    client.open("Papers/Memory.md")
    client.settle()

    def moved(**names):
        files = [{"oldUri": client.uri(old), "newUri": client.uri(new)} for old, new in names.items()]
        return texts(client.ask("workspace/willRenameFiles", files=files)["documentChanges"])

    assert moved(**{"Papers/Attention.md": "Old/A.md", "Papers/Memory.md": "Old/M.md", "Home.md": "Index.md"}) == {
        "Attention.md": ["Index"],
        "Memory.md": ["A", "Index"],
        "Deep.md": ["A.md", "M"],
    }
    assert moved(Papers="Articles") == {"Deep.md": ["Memory"]}
    swapped = moved(**{"Papers/Attention.md": "Papers/Memory.md", "Papers/Memory.md": "Papers/Attention.md"})
    assert swapped == {"Memory.md": ["Memory"], "Deep.md": ["Attention", "Memory.md"]}
    outside = [{"oldUri": client.uri("Papers"), "newUri": client.uri("../elsewhere")}]
    assert client.ask("workspace/willRenameFiles", files=outside) is None
    assert client.ask("workspace/willRenameFiles", files=[]) is None


def test_when_one_link_cannot_be_saved_nothing_is_edited(client, vault):
    client.open("Papers/Memory.md")
    client.settle()
    bad = {"oldUri": client.uri("Papers/Attention.md"), "newUri": client.uri("Papers/A]] b.md")}
    good = {"oldUri": client.uri("Home.md"), "newUri": client.uri("Index.md")}
    with pytest.raises(Refused, match="cannot be written anew"):
        client.ask("workspace/willRenameFiles", files=[good, bad])


def test_there_is_nothing_to_rename_in_running_text(client):
    uri = client.open("Papers/Attention.md")
    with pytest.raises(Refused, match="put the cursor on a heading"):
        client.ask("textDocument/prepareRename", **client.at(uri, 11, 2))
