"""The graphs: what is drawn of a note and of a site, and that it stays little however large the site is."""

import json
import re

from editions import edition, garden, page
from vaultkit.config import Publish, TargetConfig
from vaultkit.render.job import LinkTo, Rendered
from vaultkit.targets.site import graph, site

NEAR = re.compile(r'<div class="graph near"><script type="application/json">(.*?)</script>', re.DOTALL)
CALL = re.compile(r'vaultkit\("[^"]+",(.*)\);\n', re.DOTALL)


def note(path, **given):
    return page(path, body=Rendered("<p>Text.</p>", (), "Text.", frozenset(), ()), **given)


def files(wanted):
    return {item.path: item.data.decode() for item in site.outputs(wanted, TargetConfig(), Publish())}


def near(text):
    return json.loads(NEAR.search(text)[1])


def whole(made):
    (data,) = (text for path, text in made.items() if path.startswith(graph.FOLDER))
    return json.loads(CALL.fullmatch(data)[1])


def test_the_graph_of_a_note_holds_what_it_links_to_and_what_links_to_it():
    pages = [
        note("A.md", links=("B.md", "Deep/C.md")),
        note("B.md", links=("Deep/C.md",)),
        note("Deep/C.md", links=()),
        note("D.md", links=("A.md", "Gone.md")),
        note("E.md"),
    ]
    made = files(edition(*pages))
    assert near(made["a.html"]) == {
        "notes": [["A", "a.html"], ["B", "b.html"], ["C", "deep/c.html"], ["D", "d.html"]],
        "links": [[0, 1], [0, 2], [0, 3], [1, 2]],
    }
    assert near(made["deep/c.html"])["notes"] == [["C", "../deep/c.html"], ["A", "../a.html"], ["B", "../b.html"]]
    assert "graph near" not in made["e.html"]


def test_a_link_in_a_property_counts():
    ways = {"author": LinkTo("people/simone.html#early", "Simone")}
    pages = [note("Book.md", property_links=ways), note("People/Simone.md")]
    assert near(files(edition(*pages))["people/simone.html"])["notes"][1] == ["Book", "../book.html"]


def test_the_graph_of_the_site_holds_every_note_and_link_once():
    made = files(garden())
    data = whole(made)
    titles = [title for title, _ in data["notes"]]
    assert sorted(titles) == sorted(item.title for item in garden().pages.values())
    pairs = {frozenset((titles[a], titles[b])) for a, b in data["links"]}
    assert len(pairs) == len(data["links"])
    assert frozenset(("Attention", "Slow reading")) in pairs
    assert all(address in made for _, address in data["notes"] if "%" not in address)
    assert made["graph.html"].index("Attention") < made["graph.html"].index('class="foot"')
    assert '<span class="said">3 links</span>' in made["graph.html"]


def test_graphs_are_bounded():
    count = graph.MOST + 100
    hub = note("Hub.md", links=tuple(f"N{number}.md" for number in range(count)))
    made = files(edition(hub, *(note(f"N{number}.md") for number in range(count))))
    assert len(near(made["hub.html"])["notes"]) == graph.NEAR + 1
    assert f"{count - graph.NEAR} more are not drawn." in made["hub.html"]
    assert len(whole(made)["notes"]) == graph.MOST
    assert whole(made)["notes"][0] == ["Hub", "hub.html"]
    assert "the 1,500 most linked of 1,601 notes" in made["graph.html"]


def test_a_title_cannot_end_the_data():
    hostile = "</script><script>alert(1)</script>"
    pages = [note("A.md", title=hostile, links=("B.md",)), note("B.md", title="<!--", links=())]
    made = files(edition(*pages))
    for name in ("a.html", "b.html"):
        assert sorted(title for title, _ in near(made[name])["notes"]) == sorted((hostile, "<!--"))
        assert "alert(1)</script>" not in made[name]
