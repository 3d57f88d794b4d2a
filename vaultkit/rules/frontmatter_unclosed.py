"""A property block that Obsidian does not read, because its fences are not where they must be.

Properties begin with a line that is exactly `---`, the very first of the note, and end with the next line that is
exactly `---`. When the end is missing, or when a blank line or a space stands before the first fence, Obsidian shows
the properties as text: the note has no tags, no aliases, and is not published.

A rule (`---`) at the top of a note without properties is not reported.

```md
---
title: Dune

The closing fence is missing above this line.
```
"""

from vaultkit.lint.problem_rule import problem_rule

frontmatter_unclosed = problem_rule("frontmatter-unclosed", __doc__)
