"""What a site says by itself, outside of its templates."""

from __future__ import annotations

HOME = "Home"
RECENT = "Recent"
RECENT_NOTES = "Recent notes"
FOLDERS = "Folders"
ALL_FOLDERS = "All folders"
NOTES = "Notes"
NOTES_IN_NO_FOLDER = "Notes in no folder"
NOTES_IN = "Notes in"
ALL_NOTES_HERE = "all notes"
ALL_FOLDERS_HERE = "all folders"
TAGS = "Tags"
GRAPH = "Graph"
MOST_LINKED = "Most linked"
NOT_FOUND = "Not found"
YES, NO = "yes", "no"

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def notes(count: int) -> str:
    """`1 note`, `2 notes`."""
    return f"{count:,} {'note' if count == 1 else 'notes'}"


def links(count: int) -> str:
    """`1 link`, `2 links`."""
    return f"{count:,} {'link' if count == 1 else 'links'}"


def most_linked_of(shown: int, count: int) -> str:
    """What the graph of a large site shows."""
    return f"the {shown:,} most linked of {notes(count)}"


def spoken() -> str:
    """All of it, as one text."""
    said = (
        HOME,
        RECENT_NOTES,
        FOLDERS,
        ALL_FOLDERS,
        NOTES,
        NOTES_IN_NO_FOLDER,
        NOTES_IN,
        ALL_NOTES_HERE,
        ALL_FOLDERS_HERE,
        TAGS,
        GRAPH,
        MOST_LINKED,
        NOT_FOUND,
        YES,
        NO,
        *MONTHS,
    )
    return "\n".join((*said, notes(1), notes(2), links(1), links(2), most_linked_of(1, 2)))
