"""What a base says, computed: its expressions, and the rows of its views (https://help.obsidian.md/bases/syntax).

Pure: the notes come in as `rows.Row`s, made by whoever may see them, and what goes out are values. It knows nothing of
pages and addresses.
"""
