"""`python naive.py OUTPUT SOURCE`: publishes by writing in place and deleting what is left over, as one would at first.

It is here so that the tests of crashes can be seen to fail: they must find what is wrong with it.
"""

import os
import sys
from pathlib import Path

output, source = map(Path, sys.argv[1:3])
wanted = {path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file()}
record = output / "published.txt"
before = [Path(line) for line in record.read_text().splitlines()] if record.exists() else []
for path, data in wanted.items():
    (output / path).parent.mkdir(parents=True, exist_ok=True)
    (output / path).write_bytes(data)
for path in before:
    if path not in wanted:
        os.unlink(output / path)
record.write_text("\n".join(map(str, wanted)))
