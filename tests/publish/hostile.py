"""Notes that would run, vanish or break the build if another tool read them as they are."""

from publish.pictures import PICTURES

LIQUID = """\
Liquid in text: {{ site.title }} and {% include secret.html %} and {%- assign x = 1 -%} and {{{ triple }}}.

An open one: {% if user %} and {{ "unclosed and {% raw %} with {% endraw %} {% endraw %}.

In code: `{{ page.title }}`, `{% comment %}gone{% endcomment %}`, `{% endraw %}`, `{{`, `{%`.

```liquid
{% for post in site.posts %}{{ post.title }}{% endfor %}
{% raw %} {{ x }} {% endraw %} {% endraw %} {{ "{{" }}
```

In a [link](https://example.org/{{x}}/{%25y%25}) and a title: [t](https://example.org/ "{{ t }} and {% t %}").

Templates: {{date:YYYY-MM-DD}} {{title}} and a stray }} or %}.
"""

SHORTCODES = """\
Shortcodes in text: {{< figure src="x" >}} and {{% notice %}} inner {{% /notice %}} and an open {{< one, {{% two.

In code: `{{< ref "x" >}}` and `{{% p %}}`, open ones `{{<` and `{{%`, printed ones `{{</* x */>}}`.

```go
{{< highlight go >}} x {{< /highlight >}}
{{< open
{{% also open
{{ .Title }} {{/* comment */}}
```

    {{< indented >}}
"""

KRAMDOWN = """\
A paragraph {: .lead #top onclick="alert(1)"}
{: .note}

*[HTML]: Hyper Text

HTML is not an abbreviation here. {::comment} not a comment {:/comment} {:toc} {::options parse_block_html="true" /}

Term
: definition, which is none

only | one | pipe line

| starts | with pipes

[[Note|alias]]

^

a ^ b

+ a list
* another
1986\\. A great year
1\\) not a list

\\# no heading
\\> no quote
\\- no list
Line
\\=== no heading

## Heading {#custom .cls} & more | C#

## Heading

## Heading

Snake_case_words and 2*3*4 and a_b_ and ~tilde~ and $5 to $6 and "quotes" and it's -- or --- and ...

&lt;b&gt; &amp;amp; &copy; AT&T &nope; `&lt;` \\*stars\\* \\[brackets\\](no link) \\`ticks\\` \\\\ backslash
"""

HTML = """\
<script>alert("ran")</script>

<div onclick="alert(1)" style="color:red">In a *block*</div>

<b>unclosed and <i>closed</i> and </u> stray <script>ran()</script> <span>never closed

After it, *emphasis* must still work. <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O, a<br>b.

<details><summary>More</summary>

Hidden **text**

</details>

<img src="x" onerror="alert(1)"> <a href="javascript:alert(1)">a link</a> <!-- a secret remark --> end

<!-- another
secret remark -->

<iframe src="https://example.org/frame"></iframe>

1 < 2 and 3 > 2 and <notatag> and a<b.
"""

OBSIDIAN = """\
#tag ==high *light*== ~~gone~~ %%a secret remark%% text ^block

[[Note]] [[Note#A & B]] [[Note#^there]] [[Sub/Other note|Other]] [[Nowhere/Private plan]] [[Nowhere/Private plan|plan]]

> [!warning]- Mind the *gap*
> ### A heading in it
> Body with [[Note]]
>
> > [!custom] Inner
> > - a
> > - b

| a | b |
| - | :-: |
| [[Note\\|shown]] | `x\\|y` \\| z |

| lonely head | of a table |
| --- | --- |

- [ ] open
- [x] done
- [/] half
  1. one
  2. two

     second paragraph
- ```py
  {{ code }} in a list
  ```
- last

* another list

![[Note#Part]]

![[p.png|80]] ![[p.png|A caption]] ![far](https://example.org/far.png)

Foot[^a] and inline^[with *words*] and again[^a].

[^a]: The foot.

    More of it.

1. one
1. two

%%
a secret remark in a block
%%

***

***bold italic*** **bold**tail *a **b** c* *[[Note]]* [*x*](https://example.org/(a)) https://example.org/a_b_(c).
Look![[Note]] and ! [[Note]]

```dataview
LIST FROM "secret"
```

`= this.secret` and <% tp.file.title %> here

~~~
``` a fence in a fence
~~~

\tindented *code*

> quote
> - list in quote

> another quote
"""

MATH = """\
Inline $a_b * c_d * |e| < f$ and $\\{x\\}$.

$$
{{n \\choose k} = \\frac{n!}{k!(n-k)!}
$$

$$
a &= b \\\\
% c
$$
"""

NOTE = """\
# A & B

Words. ^there

## Part

The part, {{ with braces }}.

- item[^1]

[^1]: Its own foot.
"""

EMPTY = ""

BODIES = {
    "Liquid.md": LIQUID,
    "Shortcodes.md": SHORTCODES,
    "Kramdown.md": KRAMDOWN,
    "Html.md": HTML,
    "Obsidian.md": OBSIDIAN,
    "Math.md": MATH,
    "Note.md": NOTE,
    "Empty.md": EMPTY,
    "Sub/Other note.md": "Back to [[Note]] and to [[Über Café]].\n",
    "Sub.md": "A note that is called like a folder. ![[p.png]]\n",
    "Über Café.md": "Words with marks. [[Sub/Other note]]\n",
    "_hidden/Dotted.md": "In a folder that others pass over. [[Note]]\n",
    "Rule.md": "---\n\nA note that begins with a rule.\n",
}

PROPERTIES = {
    "Permalink.md": "permalink: /kept/here.html\n",
    "Folder link.md": "permalink: /kept/folder/\n",
    "Reserved.md": "type: book\nurl: https://example.org/book\nlayout: post\nweight: heavy\ncascade: {draft: true}\n"
    "render_with_liquid: false\nexcerpt_separator: x\nslug: other-slug\n",
    "Nothing.md": "tags: null\ncategories:\ntitle: \n",
    "Short date.md": "date: 2019-1-7\n",
    "No date.md": "date: soon\n",
    "Time.md": "date: 2019-01-07T23:30:00\nupdated: 2020-02-02\n",
    "Words.md": "title: 'a: b'\ncategories: Foo Bar\ntags: [one, two/three]\n"
    "description: yes\nauthor: 0755\nsource: 1,000\n",
    "Quotes.md": 'title: "She said \\"{{ no }}\\" <b> & left"\nauthor: "[[Note|A. Person]]"\n',
    "Comment.md": "title: Shown # a secret remark\n",
    "Old.md": "aliases: [old/place, Just a name]\n",
    "2019-1-9-Dated Name.md": "categories: [Big Ideas]\n",
}


def vault():
    """The vault of all of them: path -> text, or bytes."""
    notes = {path: f"---\npublish: true\n---\n{body}" for path, body in BODIES.items()}
    for path, lines in PROPERTIES.items():
        notes[path] = f"---\npublish: true\n{lines}---\nThe body of {path.removesuffix('.md')}. [[Note]]\n"
    return notes | {"p.png": PICTURES["png"], "Nowhere/Private plan.md": "Private.\n"}
