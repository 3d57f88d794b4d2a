"""Every state that a note may have had before against every state that it may have now, through every door.

One vault holds a note for each pair. What is expected is worked out here from one fact alone: whether a text of the
note, under its path, is public at that moment.
"""

import argparse
import contextlib
import io
import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from itertools import product

import pytest

from console import run_command, standing_in
from publish.publisher import files
from publish.vaults import public
from vaultkit.publish.store import MARKER

FILLERS = 120
CONFIG = "notes: { exclude: ['Hidden/**'] }\nrules: { publish-link-private: 'off' }\n"

WORDS = {
    "good": "---\npublish: true\n---\n{}\n",
    "failing": "---\npublish: true\n---\n{} [[Nowhere at all]]\n",
    "broken": "---\npublish: true\npublish: [\n---\n{}\n",
    "unclear": "---\npublish: perhaps\n---\n{}\n",
    "denied": "---\npublish: false\n---\n{}\n",
    "draft": "---\npublish: true\ndraft: true\n---\n{}\n",
    "scheduled": "---\npublish: true\ndate: 2999-01-01\n---\n{}\n",
    "unselected": "{}\n",
}
BEFORE = {
    # what is there at the first publish, and at the second; the second says what the note was before
    "never": (None, None),
    "published": ("good", "good"),
    "held": ("good", "failing"),
    "withheld": ("failing", "failing"),
    "denied": ("denied", "denied"),
    "withdrawn": ("good", "denied"),
    "scheduled": ("scheduled", "scheduled"),
    "unselected": ("unselected", "unselected"),
    "deleted": ("good", None),
    "excluded": ("good", "excluded"),
    "moved": ("elsewhere", "good"),
}
AFTER = (*WORDS, "same", "absent", "excluded", "moved")
LIVE = frozenset(("published", "held", "moved"))
STATES = {
    "good": "published", "same": "published", "moved": "published", "failing": "withheld", "broken": "withheld",
    "unclear": "withheld", "denied": "denied", "draft": "denied", "scheduled": "scheduled", "unselected": "unselected",
    "excluded": "denied", "absent": None,
}  # fmt: skip
PAIRS = list(product(BEFORE, AFTER))


def old(pair):
    return f"olde{PAIRS.index(pair)}word"


def new(pair):
    return f"newe{PAIRS.index(pair)}word"


def place(pair, state):
    name = f"{pair[0]} {pair[1]}.md"
    return {"excluded": f"Hidden/{name}", "moved": f"Later/{name}", "elsewhere": f"Earlier/{name}"}.get(state, name)


def lay(vault, pair, state, word):
    """Let a note be in a state, and nowhere else."""
    for other in ("absent", "excluded", "moved", "elsewhere"):
        (vault / place(pair, other)).unlink(missing_ok=True)
    if state is None or state == "absent":
        return
    path = vault / place(pair, state)
    path.parent.mkdir(exist_ok=True)
    path.write_text(WORDS.get(state, WORDS["good"]).format(word))


def begin(vault):
    vault.mkdir()
    (vault / "vaultkit.yaml").write_text(CONFIG)
    for number in range(FILLERS):
        (vault / f"Filler {number}.md").write_text(public("filler"))


def step(vault, number):
    """The vault at the first and the second publish, and at the one in question."""
    for pair in PAIRS:
        before, after = pair
        if number < 2:
            lay(vault, pair, BEFORE[before][number], old(pair))
        elif after != "same":
            lay(vault, pair, after, old(pair) if after == "moved" else new(pair))
        else:
            lay(vault, pair, "good", old(pair))


def expected(pair):
    """The states of the note's paths after all, and the word that is public of it then, if any."""
    before, after = pair
    path, there = place(pair, "good"), place(pair, after)
    state = STATES[after]
    if state == "withheld" and before in LIVE:
        return {path: "held"}, old(pair)
    word = {"good": new(pair), "same": old(pair), "moved": old(pair)}.get(after)
    states = {there: state} if state else {}
    if path not in states and before in LIVE:
        states[path] = "gone"
    return states, word


def check_public(said):
    """What anybody can read holds the words that it must, and none that it must not."""
    for pair in PAIRS:
        _, word = expected(pair)
        shown = {w for w in (old(pair), new(pair)) if w in said}
        assert shown == ({word} if word else set()), pair


def states_of(document):
    """The states of notes as the JSON of a plan tells them."""
    found = {path: "published" for kind in ("new", "changed", "unchanged") for path in document[kind]}
    for state in ("held", "withheld", "denied", "scheduled"):
        found |= {item["path"]: state for item in document[state]}
    found |= dict.fromkeys(document["unselected"], "unselected")
    return found | {item["path"]: item["state"] for item in document["withdrawn"] if item["state"] == "gone"}


def tree(output):
    return {path: data for path, data in files(output).items() if path != MARKER}


def text_of(output):
    return b"\n".join(tree(output).values()).decode("utf-8", "replace")


def run(words):
    code, out, err = run_command(f"vaultkit {words} --output ../site")
    assert code == 0, err
    return out, err


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The vault published by the command; what was foretold and told of the last step, and the trees around it."""
    home = tmp_path_factory.mktemp("matrix")
    vault, output = home / "vault", home / "site"
    begin(vault)
    with standing_in(vault):
        for number in range(2):
            step(vault, number)
            run("publish")
        step(vault, 2)
        before = tree(output)
        told = {
            "status": run("status --json")[0],
            "dry": run("publish --dry-run --json")[0],
            "lines": run("publish --dry-run"),
            "status lines": run("status"),
        }
        assert tree(output) == before
        told["done"] = run("publish --json")[0]
        after = tree(output)
        told["again"] = run("publish --json")[0]
        told["status again"] = run("status")
    return told, before, after, text_of(output)


def test_what_is_foretold_is_done(published):
    told, before, after, _ = published
    done = json.loads(told["done"])
    foretold = json.loads(told["status"])
    assert (foretold.pop("source"), foretold.pop("watcher")) == ("disk", None)
    assert foretold == json.loads(told["dry"]) == done
    (target,) = done["targets"]
    assert set(target["write"]) == {path for path, data in after.items() if before.get(path) != data}
    assert set(target["delete"]) == before.keys() - after.keys()
    assert target["keep"] == len(after) - len(target["write"])
    assert {path for path in target["urls"].values() if path not in after} == set()


def test_the_whole_matrix(published):
    told, *_ = published
    states = states_of(json.loads(told["done"])["targets"][0])
    for pair in PAIRS:
        wanted, _ = expected(pair)
        places = {place(pair, where) for where in ("good", "excluded", "moved", "elsewhere")}
        assert {path: state for path, state in states.items() if path in places} == wanted, pair


def test_only_what_may_be_public_is(published):
    *_, said = published
    check_public(said)


def test_what_was_withdrawn_is_told_and_nothing_else(published):
    told, *_ = published
    (target,) = json.loads(told["done"])["targets"]
    wanted = {place(pair, "good") for pair in PAIRS if pair[0] in LIVE and place(pair, "good") not in target["urls"]}
    assert {item["path"] for item in target["withdrawn"]} == wanted
    assert not any(item["still_public"] for item in target["withdrawn"])


def test_the_words_for_people_say_the_same(published):
    told, *_ = published
    lines, summary = told["lines"]
    (target,) = json.loads(told["done"])["targets"]
    first, more = target["scheduled"][0]["path"], len(target["scheduled"]) - 1
    due = datetime(2999, 1, 1, tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    waits = f"The next scheduled note is due on {due}: {first}, {more} more later.\n"
    assert told["status lines"] == (lines, summary + waits + "No watch runs: this was read from the disk.\n")
    for state in ("new", "changed"):
        assert {line[12:].partition("  ")[0] for line in lines.splitlines() if line.startswith(f"{state} ")} == {
            path for path in target[state] if path not in {item["path"] for item in target["held"]}
        }
    withdrawn = {item["path"] for item in target["withdrawn"]}
    for state in ("held", "withheld", "denied", "scheduled"):
        said = sum(line.startswith(f"{state} ") for line in lines.splitlines())
        once = [item for item in target[state] if state != "denied" or item["path"] not in withdrawn]
        assert said == len(once)
        assert f"{len(target[state])} {state}" in summary
    assert f"Would publish {len(target['urls'])} notes" in summary


def test_the_next_time_nothing_is_left_to_do(published):
    told, *_ = published
    (target,) = json.loads(told["again"])["targets"]
    assert not any(target[what] for what in ("new", "changed", "withdrawn", "write", "delete"))
    lines = told["status again"][0].splitlines()
    assert not [line for line in lines if line.split()[0] in ("new", "changed", "withdrawn")]


def test_watch_and_preview_take_the_same_way(tmp_path, published):
    """The watcher publishes after each change, and the preview shows what it published."""
    from vaultkit.cli._teller import Teller
    from vaultkit.cli._vault import config_of
    from vaultkit.cli.publish import published_to
    from vaultkit.cli.watch import arguments, previewed, publishing
    from vaultkit.watching.keeper import Keeper
    from vaultkit.watching.standing import Standing

    pytest.importorskip("uvicorn")
    vault, output = tmp_path / "vault", tmp_path / "site"
    begin(vault)
    step(vault, 0)
    parser = argparse.ArgumentParser()
    arguments(parser)
    with standing_in(vault):
        args = parser.parse_args(["--publish", "--serve", "--output", str(output), "--color", "never"])
        args.vault, args.config, args.output_format = str(vault), None, "text"
        config = lambda: published_to(config_of(args, str(vault)), str(vault), args.output)  # noqa: E731
        keeper = Keeper(str(vault), config, publishing(args), grace=0)
        with contextlib.ExitStack() as stack:
            stack.callback(keeper.close)
            standing = Standing(str(vault))
            with contextlib.redirect_stderr(io.StringIO()) as said:
                listeners = standing, Teller(args, str(vault)), previewed(args, keeper.session, standing, stack)
            url = re.search(r"shown at (\S+)", said.getvalue())[1]
            for number in range(3):
                if number:
                    step(vault, number)
                for event in keeper.look():
                    for listener in listeners:
                        listener(event)
            shown = tree(output)
            urls = {path for path in shown if path.endswith(".html")}
            served = {path: fetched(url + urllib.request.quote(path)) for path in urls}
            gone = [place(pair, "good")[:-3].lower().replace(" ", "-") for pair in PAIRS if not expected(pair)[0]]
            assert gone and all(fetched(f"{url}{path}.html") is None for path in gone)
    assert shown == published[2]
    check_public("\n".join(served.values()))


def fetched(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError:
        return None
