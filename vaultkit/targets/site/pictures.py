"""Images in a page with the room that they will take, so that the text does not jump when they arrive."""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMAGE = re.compile(r'<img src="([^"]+)"([^>]*)>')
_WIDTH = re.compile(r' width="(\d+)"')
_HEIGHT = re.compile(r' height="(\d+)"')


def with_room(html: str, way: str, sizes: Mapping[str, tuple[int, int]]) -> str:
    """A sanitised body whose images have their width and height. `way` leads from the page to the root of the site;
    `sizes` are by address from the root. A width that the author asked for stays, and gets its height. Where both were
    asked for and are not in the image's own proportion, it is `sized`: the style sheet gives it theirs."""
    if "<img" not in html:
        return html

    def image(found: re.Match[str]) -> str:
        size = sizes.get(found[1].removeprefix(way))
        width, height = _WIDTH.search(found[2]), _HEIGHT.search(found[2])
        if width and height:
            own = size and abs(int(width[1]) * size[1] / size[0] - int(height[1])) <= 1
            return found[0] if own else f'<img src="{found[1]}" class="sized"{found[2]}>'
        if size is None or " height=" in found[2]:
            return found[0]
        if width:
            return f'<img src="{found[1]}"{found[2]} height="{round(int(width[1]) * size[1] / size[0]) or 1}">'
        return f'<img src="{found[1]}"{found[2]} width="{size[0]}" height="{size[1]}">'

    return _IMAGE.sub(image, html)
