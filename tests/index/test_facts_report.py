"""What `inspect` tells of a note that a check refuses."""

from vaultkit.index.facts_report import file_report
from vaultkit.index.vault_index import VaultIndex
from vaultkit.reader import parsed
from vaultkit.vault.files import decode


def test_a_note_with_an_odd_character_has_facts_all_the_same():
    data = "a\ufeff [[Note#b]] #c\n# b\n".encode()
    source = decode(data)
    index = VaultIndex(["Note.md"], [parsed("Note.md", source)])
    found = file_report("Note.md", index.view(), lambda path: source.text, types={})
    assert found["headings"] == [[1, "b"]]
    assert found["tags"] == ["c"]
    assert [link["resolves_to"] for link in found["links"]] == ["Note.md"]
    assert [problem["rule"] for problem in found["problems"]] == ["encoding"]
