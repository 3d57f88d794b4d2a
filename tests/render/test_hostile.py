"""Nothing that a note, a title or an alias says can run, load, or take the place of a part of the page.

Every vector is put into every place a text can reach, and the result is read by two parsers, one of them a browser's.
"""

import re
from html.parser import HTMLParser

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.render.job import EmbedTo, LinkTo, RenderFailure, RenderJob
from vaultkit.render.markdown import render

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>1</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil>",
    "<link rel=stylesheet href=//e>",
    "<style>*{background:url(//evil)}</style>",
    "<p style='background:url(//evil)'>x</p>",
    "<object data=x></object>",
    "<img\rsrc=x\ronerror=alert(1)>",
    "<a id=location>x</a>",
    "<img name=getElementById>",
    "<input name=action autofocus>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='../private/secret.html'>x</a>",
    "<img src='secret.png'>",
    "<math><mi xlink:href='data:x,<script>1</script>'>x</mi></math>",
    "<math><mtext><img src=x onerror=1></mtext></math>",
    "<math><annotation-xml encoding='text/html'><script>1</script></annotation-xml></math>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<template><script>1</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=1>'>",
    "<!--><script>1</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>1</script>]]>",
    "<?x <script>1</script> ?>",
    "<textarea></textarea><script>1</script>",
    "<xmp><script>1</script></xmp>",
    "<table><td><script>1</script>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](java&NewLine;script:alert(1))",
    "[a](java&#x0A;script:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](&#x01;javascript:alert(1))",
    "[a](<  javascript:alert(1)>)",
    "[a](%6aavascript:alert(1))",
    "<javascript:alert(1)>",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](data:image/svg+xml,<svg onload=alert(1)>)",
    "[a](file:///etc/passwd)",
    "[a](blob:x)",
    "[a](//evil.com)",
    "[a](\\\\evil.com)",
    "[a](tel:1)",
    "[a](app:x)",
    "[a](obsidian://open?vault=x)",
    "[a](ms-msdt:/id)",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](data:image/png;base64,AAAA)",
    "![a](javascript:alert(1))",
    "![a](https://evil/x.png)",
    '[a](u "x\\" onmouseover=alert(1) ")',
    "[a](http://x \"' onmouseover=alert(1) x='\")",
    '![" onerror=alert(1) x="](a.png)',
    '[a](http://x/"onmouseover=alert(1))',
    'https://x.y/"><script>alert(1)</script>',
    "$<script>alert(1)</script>$",
    "$\\text{<img src=x onerror=1>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{background:url(//evil)}{x}$",
    "$\\unicode{x3c}script\\unicode{x3e}$",
    '$\\color{red" onload="1}x$',
    "$$\n<script>alert(1)</script>\n$$",
    '[^"><script>alert(1)</script>]',
    "^[<script>alert(1)</script>]",
    "[[javascript:alert(1)|x]]",
    '[[x" onclick=alert(1)|y]]',
    "[[x|<script>alert(1)</script>]]",
    '![[x.svg|" onload=1]]',
    '![[a.png|"><script>alert(1)</script>]]',
    '#tag"><script>alert(1)</script>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "==<script>==",
    '" onmouseover=alert(1) x="',
    "'><script>alert(1)</script>",
    "%%<script>alert(1)</script>%%",
    '<% tp.x("<script>") %>',
    '`= this.x("<script>")`',
    "</div></details></p><script>1</script>",
    "\x00<scr\x00ipt>",
    '```js" onmouseover=alert(1)\nx\n```',
    '```"><script>alert(1)</script>\nx\n```',
    '*[A]: " onmouseover=alert(1) x="\n\nA',
    "[a(<script>)]",
    ">! <script>alert(1)</script>",
    "a<script>\n: <script>alert(1)</script>",
    '```mermaid\ngraph TD; A-->B; click A "javascript:alert(1)"\n```',
    '```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]-->B\n```',
    "```base\nformulas: {x: 'html(\"<script>alert(1)</script>\")'}\nviews: [{type: table, order: [formula.x]}]\n```",
]

PLACES = {
    "body": "{}",
    "between": "a {} b",
    "heading": "# {}",
    "setext": "{}\n===",
    "list": "- {}\n  - [{}] x",
    "task": "- [x] {}",
    "quote": "> {}",
    "callout title": "> [!note] {}\n> body",
    "callout type": "> [!{}]\n> body",
    "callout metadata": "> [!note|{}]- x\n> body",
    "cell": "| a |\n| --- |\n| {} |",
    "head cell": "| {} | b |\n| :-: | --- |\n| x |",
    "link text": "[{}](https://x.y)",
    "vault link text": "[{}](known)",
    "image text": "![{}](a.png)",
    "link destination": "[x](<{}>)",
    "link title": "[x](https://x.y '{}')",
    "alias": "[[known|{}]]",
    "target": "[[{}]]",
    "embed target": "![[{}]]",
    "caption": "![[a.png|{}]]",
    "info": "```{}\nx\n```",
    "info word": "~~~ js {}\nx\n~~~",
    "code": "```html\n{}\n```",
    "span": "`{}`",
    "diagram": "```mermaid\n{}\n```",
    "query": "```dataview\n{}\n```",
    "formula": "${}$",
    "display": "$$\n{}\n$$",
    "footnote": "x[^1]\n\n[^1]: {}",
    "footnote name": "x[^{}]\n\n[^{}]: y",
    "inline footnote": "x^[{}]",
    "highlight": "=={}==",
    "strong": "**{}**",
    "tag": "#{}",
    "block id": "text ^{}",
    "html block": "<div>\n{}\n</div>",
    "html attribute": '<span title="{}">x</span>',
    "comment": "%%\n{}\n%%",
}

_FORBIDDEN = (
    "script iframe form meta base style svg object embed link button template noscript textarea select frame frameset"
    " applet annotation-xml source track portal"
)
FORBIDDEN = set(_FORBIDDEN.split())
GIVEN = {"known.html", "t.html", "a.png", "n.html", "#", "s.mp3"}


def complaints(tag, attributes):
    """What is wrong with an element."""
    if tag in FORBIDDEN:
        yield f"<{tag}>"
    for name, given_value in attributes:
        value = given_value or ""
        plain = re.sub(r"[\x00-\x20]", "", value).lower()
        if name.startswith("on") or name in ("style", "srcdoc", "name", "action", "formaction", "srcset", "xlink:href"):
            yield f"{name}={value}"
        if name in ("href", "src", "data", "poster", "cite") and value not in GIVEN:
            own = tag == "a" and plain.startswith(("#fn:", "#fnref:", "#e-fn:", "#e-fnref:"))
            if not own and not (tag == "a" and plain.startswith(("http://", "https://", "mailto:"))):
                yield f"{name}={value}"
        if name == "id" and not re.fullmatch(r"(e-)?([\w\-]+|\^[A-Za-z0-9-]+|fn(ref)?:\d+)", value):
            yield f"id={value}"
        if name == "id" and value in ("location", "action"):
            yield f"id={value}"
        if name == "type" and (tag, value) != ("input", "checkbox"):
            yield f"type={value}"


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.bad = []

    def handle_starttag(self, tag, attributes):
        self.bad += complaints(tag, attributes)

    def handle_comment(self, data):
        self.bad.append("comment")


def active(html):
    """All that could do something, as two parsers see it."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    for node in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(node.tag, str):
            reader.bad.append("comment")
        else:
            tag = node.tag.rpartition("}")[2]
            reader.bad += complaints(
                tag, [(str(name).rpartition("}")[2], value) for name, value in node.attrib.items()]
            )
    return reader.bad


def job(body, text="Known"):
    inner = RenderJob("n.md", body, {}, {}, {}, prefix="e-")
    return RenderJob(
        "note.md",
        body,
        {"known": LinkTo("known.html", text), "hidden": LinkTo(None, text)},
        {
            "a.png": EmbedTo("image", "a.png", text),
            "n": EmbedTo("note", "n.html", text, inner),
            "s.mp3": EmbedTo("audio", "s.mp3", text),
        },
        {"t": "t.html"},
    )


def rendered(body, text="Known"):
    found = render(job(body, text))
    assert not isinstance(found, RenderFailure)
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_vector_is_active_in_any_place(place):
    for vector in VECTORS:
        body = PLACES[place].replace("{}", vector)
        html = rendered(body).html
        assert active(html) == [], (vector, html)


@pytest.mark.parametrize("vector", VECTORS)
def test_titles_from_other_notes_are_text(vector):
    body = "[[known]] [[hidden]] [](known) ![[a.png]] ![[n]] ![[s.mp3]] ![](a.png)"
    assert active(rendered(body, vector).html) == []


@pytest.mark.parametrize("vector", VECTORS)
def test_vectors_in_embedded_notes(vector):
    job_ = job(vector)._replace(body="![[n]]\n\nx ![[n]] y")
    assert active(render(job_).html) == []


def test_the_check_itself_sees_what_it_should():
    for bad in (
        "<script>",
        "<p onclick=x>",
        "<a href=javascript:x>",
        "<img src=other.png>",
        "<p style=x>",
        "<b id=a.b>",
    ):
        assert active(bad), bad


@given(st.lists(st.sampled_from([*VECTORS, "\n", "\n\n", "> ", "- ", "| ", "[[", "]]", "`", "**", "$", "==", "<div>"])))
def test_vectors_together(parts):
    assert active(rendered("".join(parts)).html) == []


def test_private_addresses_never_come_from_raw_html():
    html = rendered(
        "<a href='Private/Plan.html'>x</a> <img src='Private/plan.png' alt='p'> <a href='known.html'>y</a>"
    ).html
    assert "Private" not in html and "plan.png" not in html
    html = rendered(
        '[[Private/Plan]] [x](Private/Plan.md "Private title") ![[Private/p.png]] [[Private/Plan#Sec|shown]]'
    ).html
    assert html == "<p>Plan x  shown</p>\n"


def test_raw_html_brings_no_ids_and_no_classes_of_its_own():
    html = rendered("# Plan\n\n<div id='nav' class='menu callout'>b</div>").html
    assert html == '<h1 id="plan">Plan</h1>\n<div class="callout">b</div>\n'
