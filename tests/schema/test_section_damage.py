"""One mistake in the sections of a note is one finding, of the right rule and at the right heading; two are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.note_checks import findings
from vaultkit.schema.note_schema import load_schema

TITLES = ["Summary", "Background", "Method used", "Takeaways", "Questions", "Literature"]
OPTIONAL = {"Background"}
ALIASES = {"Summary": "In short", "Takeaways": "What I keep", "Questions": "Questions for Ann", "Literature": "Sources"}
ITEMS = """
    - { heading: Summary, aliases: [In short] }
    - { heading: Background, required: false }
    - heading: Method used
      sections: { items: [{ heading: Setup }, { heading: Steps }] }
    - { heading: Takeaways, aliases: [What I keep] }
    - { heading: Questions, aliases: [{ pattern: "^Questions for .+$" }] }
    - { heading: Literature, aliases: [Sources] }
"""
SCHEMAS = {
    (level, closed): load_schema(
        f"sections:\n  level: {level}\n  additional: {'false' if closed else 'true'}\n  items:{ITEMS}",
        f"{level}-{closed}.yaml",
    )
    for level in ("any", 1, 2, 3)
    for closed in (False, True)
}
SLIPS = {
    "Summary": "Sumary", "Background": "Backgruond", "Method used": "Methods used", "Takeaways": "Take-aways",
    "Questions": "Question", "Literature": "Literatur",
}  # fmt: skip


class Section:
    """A section as it is written: its heading, and its lines."""

    def __init__(self, level, title):
        self.level, self.title = level, title
        self.lines = [f"About {title.lower()}."]
        if title == "Method used":
            self.lines = [f"{'#' * (level + 1)} Setup", "A.", f"{'#' * (level + 1)} Steps", "B."]

    def text(self):
        return "\n\n".join([f"{'#' * self.level} {self.title}", *self.lines]) + "\n\n"


@st.composite
def notes(draw):
    """A note that is right: the schema, its level, its sections, and whether a title stands above."""
    level = draw(st.integers(1, 3))
    wanted = draw(st.sampled_from(["any", level]))
    titles = [title for title in TITLES if title not in OPTIONAL or draw(st.booleans())]
    sections = [Section(level, title) for title in titles]
    for section in sections:
        if section.title in ALIASES and draw(st.booleans()):
            section.title = ALIASES[section.title]
        if draw(st.booleans()):
            section.title = draw(st.sampled_from(["{}:", "**{}**", "`{}`", "{} ##"])).format(section.title)
    return SCHEMAS[wanted, draw(st.booleans())], level, sections, level > 1 and draw(st.booleans())


def written(sections, titled):
    return ("# A note\n\nWords.\n\n" if titled else "Words.\n\n") + "".join(section.text() for section in sections)


def canonical(section):
    bare = section.title.strip("`*").removesuffix(":").removesuffix("##").strip("`*: ").rstrip(":")
    return next((title for title, alias in ALIASES.items() if alias == bare), bare)


def said(note, schema):
    return [(item.rule, note[slice(*item.span)].strip("# ").split("\n")[0]) for item in findings(note, schema)]


def is_required(section):
    return canonical(section) not in OPTIONAL


def without(sections, index):
    """A required section is not there."""
    gone = sections.pop(index)
    return [("section-missing", None)] if is_required(gone) else []


def slipped(sections, index):
    """Its title has a slip."""
    section = sections[index]
    if not is_required(section):
        return None
    section.title = SLIPS[canonical(section)]
    return [("section-renamed", section.title)]


def doubled(sections, index):
    """It is there twice."""
    sections.insert(index + 1, Section(sections[index].level, canonical(sections[index])))
    return [("section-duplicate", None)]


def emptied(sections, index):
    """There is nothing in it but a comment."""
    section = sections[index]
    if canonical(section) == "Method used" or not is_required(section):
        return None
    section.lines = ["%% nothing yet %%"]
    return [("section-empty", None)]


def hidden(sections, index):
    """Its heading stands in code."""
    section = sections[index]
    if index == 0 or canonical(section) == "Method used":
        return None
    sections[index - 1].lines += ["```", section.text(), "```"]
    del sections[index]
    return [("section-missing", None)] if is_required(section) else []


def quoted(sections, index):
    """Its heading stands in a callout."""
    section = sections[index]
    if index == 0 or canonical(section) == "Method used":
        return None
    sections[index - 1].lines.append("> [!note]\n> " + section.text().rstrip().replace("\n", "\n> "))
    del sections[index]
    return [("section-missing", None)] if is_required(section) else []


def deeper(sections, index):
    """It stands one level too deep, behind another one."""
    section = sections[index]
    if index == 0 or canonical(section) == "Method used" or not is_required(section):
        return None
    section.level += 1
    return [("section-level", section.title)]


DAMAGES = [without, slipped, doubled, emptied, hidden, quoted, deeper]


@given(notes())
def test_a_note_that_is_right_has_no_finding(made):
    schema, _, sections, titled = made
    assert said(written(sections, titled), schema) == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@given(made=notes(), data=st.data())
def test_one_mistake_is_one_finding(damage, made, data):
    schema, _, sections, titled = made
    expected = damage(sections, data.draw(st.integers(0, len(sections) - 1)))
    if expected is None:
        return
    found = said(written(sections, titled), schema)
    assert [rule for rule, _ in found] == [rule for rule, _ in expected]
    for (_, place), (_, wanted) in zip(found, expected, strict=True):
        assert wanted is None or wanted.strip("`*: #") in place


@given(notes(), st.data())
def test_one_section_that_moved_is_one_finding(made, data):
    schema, _, sections, titled = made
    source = data.draw(st.integers(0, len(sections) - 1))
    target = data.draw(st.integers(0, len(sections) - 1))
    sections.insert(target, sections.pop(source))
    found = said(written(sections, titled), schema)
    assert [rule for rule, _ in found] == ["section-order"] * (source != target)


@given(notes(), st.data())
def test_a_section_that_a_closed_schema_does_not_name_is_one_finding(made, data):
    schema, level, sections, titled = made
    sections.insert(data.draw(st.integers(0, len(sections))), Section(level, "Weather on that day"))
    found = said(written(sections, titled), schema)
    closed = not schema.sections.additional
    assert found == [("section-unexpected", "Weather on that day")] * closed


@given(notes(), st.data())
def test_two_mistakes_in_sections_apart_are_two_findings(made, data):
    schema, _, sections, titled = made
    first = data.draw(st.integers(0, len(sections) - 3))
    second = data.draw(st.integers(first + 2, len(sections) - 1))
    safe = [slipped, emptied, without]
    expected = []
    for damage, index in ((data.draw(st.sampled_from(safe)), second), (data.draw(st.sampled_from(safe)), first)):
        expected.append(damage(sections, index))
    if None not in expected:
        found = [rule for rule, _ in said(written(sections, titled), schema)]
        assert sorted(found) == sorted(rule for part in expected for rule, _ in part)
