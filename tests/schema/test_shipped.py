"""The schemas that come with vaultkit: all can be read, and notes as people have them pass."""

from pathlib import Path

import pytest

from schema.note_checks import said
from vaultkit.schema.note_schema import load_schema

SHIPPED = {
    file.stem: load_schema(file.read_text(encoding="utf-8"), f"schemas/{file.name}")
    for file in sorted((Path(__file__).parent.parent.parent / "schemas").glob("*.yaml"))
}

POST = """\
---
layout: post
title: "Counting ships"
date: 2024-11-21 0:00:00 -0400
updated: 2024-11-22
categories: [essays]
tags:
  - sea
author: "[[Ann]]"
permalink: /counting-ships/
publish: true
---
Text.
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_schema_is_called_as_its_file_and_says_what_it_is_for(name):
    assert SHIPPED[name].name == name
    assert SHIPPED[name].description


def test_there_are_some():
    assert {"reading-note", "post", "daily-note"} <= SHIPPED.keys()


def test_a_post():
    post = SHIPPED["post"]
    ann = [("Ann.md", "")]
    assert said(POST, post, others=ann) == []
    assert said(POST.replace("2024-11-22", "2024-11-20"), post, others=ann) == [
        "property-condition: `updated` is `2024-11-20`, and must be no earlier than `date`, "
        "which is `2024-11-21 0:00:00 -0400`"
    ]
    assert said(POST.replace("[essays]", "essays"), post, others=ann) == [
        "property-type: `categories` should be a list, and `essays` is text"
    ]
    assert said(POST, post, others=[*ann, ("b.md", POST)]) == [
        "property-not-unique: `/counting-ships/` is also the `permalink` of `b.md`"
    ]


def test_a_daily_note():
    daily = SHIPPED["daily-note"]
    assert said("Text.\n", daily, path="Daily/2024-11-21.md") == []
    assert said("---\ntags: [sea]\n---\nText.\n", daily, path="2024-11-21.md") == []
    (found,) = said("Text.\n", daily, path="Daily/Thursday.md")
    assert found.startswith("filename-pattern: the file name `Thursday` does not fit")
