"""`python -m vaultkit` is the `vaultkit` command."""

import os
import sys

from vaultkit.cli._main import main

if not sys.flags.safe_path and sys.path[0] == os.getcwd():
    del sys.path[0]  # `python -m` puts it there, and it may be a vault, whose files are never run

sys.exit(main())
