"""Notes of signs at random, in all of which some Markdown or some template language may see something."""

import random

_SIGNS = r"""
word|a|two words|*|**|_|__|~~|==|`|``|```|> |- |1. |# |## |[|]|(|)|[x](y)|[far](https://example.org/a_b)|<|&|&amp;
{|{{|}}|{%|%}|{{<|>}}|{: .x}|{:|*[W]: z|: |^|^id|$|#tag|[[Note]]|- [ ] |\|\*|!|---|===|***|+ |10) |"|'|%|::|~|&copy;
~~~|é|[^1]|^[foot]|> [!note] |http://example.org/z|{#id}|{.c}|=|-|+|1.|/|*/|/*|{{ x }}|{% y %}|{{< z >}}|<b>|</b>
"""
SIGNS = [sign for line in _SIGNS.strip().splitlines() for sign in line.split("|")]
SIGNS += ["|", "| ", "  ", "    ", "\t", "\n", "\n", "\n\n", "|---|", "| a | b |\n|---|---|\n", "[[Note|words]]"]


def notes(seed, count):
    """A vault of such notes, and one that they link to."""
    rng = random.Random(seed)
    made = {f"n{number}.md": _note(rng) for number in range(count)}
    return made | {"Note.md": "---\npublish: true\n---\nA note.\n"}


def _note(rng):
    signs = (rng.choice(SIGNS) + " " * (rng.random() < 0.3) for _ in range(rng.randrange(3, 40)))
    return f"---\npublish: true\n---\nstart {''.join(signs)}\n"
