"""From texts to facts: what stands where in a note, a canvas or a base. Pure, and linear in the text."""
