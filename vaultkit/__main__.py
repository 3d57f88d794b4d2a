"""`python -m vaultkit` is the `vaultkit` command."""

import sys

from vaultkit.cli._main import main

sys.exit(main())
