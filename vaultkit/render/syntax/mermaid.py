"""Mermaid diagrams: the source stands on the page, and the site draws it there."""

from __future__ import annotations

from mistune.util import escape

from vaultkit.render.rendering import Rendering


def diagram(source: str, anchor: str, page: Rendering) -> str:
    """The source of a diagram in the form that the site's script looks for."""
    page.features.add("mermaid")
    return f'<pre class="mermaid"{anchor}><code>{escape(source)}</code></pre>\n'
