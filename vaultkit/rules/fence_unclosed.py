"""A code block whose closing fence is missing.

Everything below it, to the end of the note, is code: no heading, link or tag there counts. The closing fence has the
same sign as the opening one, at least as many of them, and nothing else on its line.

````md
```python
print("the rest of the note is code")
````
"""

from vaultkit.lint.problem_rule import problem_rule

fence_unclosed = problem_rule("fence-unclosed", __doc__)
