"""A name that is used twice in the properties of a note.

Obsidian cannot read such properties at all, and other programs quietly keep one of the two values: with
`publish: false` and `publish: true` in one note, nobody can say which one was meant. Remove one of the lines, or make
the value a list.

```md
---
status: draft
rating: 8
status: done
---
```
"""

from vaultkit.lint.problem_rule import problem_rule

frontmatter_duplicate_key = problem_rule("frontmatter-duplicate-key", __doc__)
