"""A body as Markdown that others read: Obsidian's constructs resolved, the rest as GitHub, kramdown, goldmark take it.

It is written from the same tokens as the HTML, so the two cannot disagree about what a note says, and every text is
escaped where it stands: nothing becomes markup that was none. `Dialect` (in `render.job`) says what its reader knows.
"""
