"""Sites for the browser to look at, written to a folder."""

import struct
import zlib

from editions import edition, garden, page
from vaultkit.config import Publish, TargetConfig
from vaultkit.publish.page import Asset, Backlink
from vaultkit.render.job import EmbedTo, LinkTo, RenderJob
from vaultkit.render.markdown import render
from vaultkit.schema.validated import validated
from vaultkit.targets.site import site

EVERYTHING = """
Some text with `code`, a [link](https://example.org), ==light==, *emphasis*, **weight**, ~~gone~~ and a note[^1]. An
inline formula $e^{i\\pi} = -1$ and a tag #mind/focus.

## Lists

- one
  - two
    1. three
- [x] done
- [/] begun
- [-] dropped
- [ ] open

## Callouts

> [!tip] A tip
> With text and `code`.

> [!warning]- Folded
> Hidden until it is opened.

> A quotation of somebody.

## Code and tables

```python
def answer(question: str) -> int:
    \"\"\"A comment that is long enough to make the block scroll sideways on a phone and on a large window.\"\"\"
    return 42  # always
```

| Name | Value | Meaning | Unit | Remark | Source |
| :-- | --: | :-: | :-- | :-- | :-- |
| alpha | 1 | the first letter of an alphabet | metres per second | none that anybody knows of | a book |

$$\\sum_{k=0}^n k = \\frac{n(n+1)}{2}$$

## Pictures

![[picture.png]]

![[picture.png|A caption|120]]

### Deeper

Text.

## Last

The end of it.

[^1]: A note at the foot, with [[Attention]] in it.
"""


def png(width, height):
    """The bytes of a grey picture."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([200]) * width) * height
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


SHOWCASE = {"assets/picture.0a1b2c3d.png": png(640, 400)}


def showcase():
    """The garden, and a note with every construct."""
    small = garden()
    body = render(
        RenderJob(
            "Everything.md",
            EVERYTHING,
            {"Attention": LinkTo("reading/attention.html", "Attention")},
            {"picture.png": EmbedTo("image", "assets/picture.0a1b2c3d.png", "picture.png")},
            {"mind/focus": "tags/mind/focus.html"},
        )
    )
    everything = page(
        "Everything.md",
        body=body,
        tags=("Mind/focus",),
        date="2024-05-01",
        properties={"author": "Simone", "source": "https://example.org/source"},
        description="A note that holds whatever a note can hold.",
        links=("Reading/Attention.md", "Welcome.md"),
        backlinks=(Backlink("Welcome.md", "All that a note can hold."),),
    )
    assets = tuple(Asset("picture.png", url, (640, 400)) for url in SHOWCASE)
    return edition(*small.pages.values(), everything, home="Welcome.md", assets=assets, redirects=small.redirects)


def write(folder, wanted, assets=None, **config):
    """Write the site of an edition and the bytes of its assets; the folder."""
    target = validated(TargetConfig, {"title": "Garden"} | config)
    made = {output.path: output.data for output in site.outputs(wanted, target, Publish())}
    for path, data in (made | (assets or {})).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder
