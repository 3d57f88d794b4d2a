"""One construct of Obsidian's Markdown per file.

A module has `rules(md)`, which teaches mistune's parser, and `html`, which names for each type of token what writes it.
What a construct means follows Obsidian; docs/reference/obsidian.md has the rules and their sources.
"""
