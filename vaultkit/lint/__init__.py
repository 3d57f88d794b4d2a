"""Running rules over notes: pure, no I/O."""
