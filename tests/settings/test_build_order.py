"""What is read does not depend on which models were built before: pydantic takes those over as they are."""

import subprocess
import sys

SCRIPT = """
from vaultkit.config import Config, Match
from vaultkit.schema.source import build, read_yaml
from vaultkit.schema.validated import model_of

model_of(Match).model_rebuild()
config = build(Config, read_yaml("schemas: [{ use: book, match: { tag: book } }]", "vaultkit.yaml"))
print(config.schemas[0].match.tag)
"""


def test_a_clause_that_was_read_before_is_read_within_another():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("('book',)\n", "")
