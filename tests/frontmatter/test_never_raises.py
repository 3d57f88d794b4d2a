"""Whatever stands in a note, reading it ends with properties or with a problem at a place, in words."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from frontmatter.yaml_texts import blocks
from vaultkit.parse.frontmatter import aliases, css_classes, places, property_links, read, tags

texts = st.one_of(
    st.text(max_size=80),
    blocks.map("---\n{}".format),
    blocks.map("---\n{}\n---\nbody".format),
    blocks.map(lambda block: ("---\n" + block + "\n---\nbody\n").replace("\n", "\r\n")),
    st.text(st.sampled_from("-\n\r \t:ab\ufeff"), max_size=40),
    st.text(st.characters(exclude_categories=()), max_size=30).map("---\na: {}\n---\n".format),
)


@settings(max_examples=1200)
@given(texts)
def test_reading_never_raises(text):
    frontmatter, problems = read(text)
    assert (frontmatter.state == "invalid") <= bool(problems)
    assert not (frontmatter.state in ("valid", "empty") and problems)
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.span.end > problem.span.start, "there is something to point at"
        assert re.fullmatch(r"[^\r\n]+", problem.message)
        assert "\n" not in text[slice(*problem.span)].rstrip("\n")
    where = places(text, frontmatter)
    assert where.keys() == tuple(frontmatter.properties)
    assert 0 <= where.insert_at <= len(text)
    for link in property_links(text, frontmatter):
        assert text[slice(*link.span)]
    for found in (tags, aliases, css_classes):
        assert all(isinstance(item, str) and item for item in found(frontmatter.properties))
