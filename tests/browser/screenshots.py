"""Pictures of a built site, to be looked at: every kind of page, three widths, light and dark.

    python tests/browser/screenshots.py SITE PICTURES [PAGE ...]

SITE is the folder of a site; without PAGEs, a few of each kind are taken.
"""

import sys
from pathlib import Path
from urllib.parse import quote

from chromium import Chromium

WIDTHS = {"phone": 390, "tablet": 820, "desktop": 1440}
HEIGHT = 1000
MOST = 12


def chosen(site):
    """The home page, the lists, and the largest notes."""
    pages = [path for path in site.rglob("*.html") if path.name != "404.html"]
    lists = [path for path in pages if path.name == "index.html"]
    notes = sorted((path for path in pages if path.name != "index.html"), key=lambda path: -path.stat().st_size)
    found = sorted(lists, key=lambda path: (len(path.parts), path))[: MOST // 2] + notes[: MOST // 2]
    return [str(path.relative_to(site)) for path in found]


def main(site, pictures, pages):
    """Take the pictures."""
    pictures.mkdir(parents=True, exist_ok=True)
    with Chromium() as browser:
        for name in pages or chosen(site):
            for width_name, width in WIDTHS.items():
                for theme in ("light", "dark"):
                    page = browser.page(f"file://{quote(str(site / name))}", width, HEIGHT, dark=theme == "dark")
                    file = f"{name.removesuffix('.html').replace('/', '-')}.{width_name}.{theme}.png"
                    page.picture(pictures / file)
                    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), sys.argv[3:])
