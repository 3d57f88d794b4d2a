"""One construct of Obsidian's Markdown per file: as `syntax`, its rules for the parser and what writes its tokens.

What a construct means follows Obsidian; docs/reference/obsidian.md has the rules and their sources.
"""
