"""What only one target understands, where its declaration says all that is to be said: read without pydantic."""

from __future__ import annotations

from typing import Any, Self

from vaultkit.model.clause import Clause
from vaultkit.schema.exact import exactly, keys_of
from vaultkit.schema.source import Node, build


class PlainOptions(Clause):
    """A clause that can be the options of a target; in all that is asked of these it is as `schema.options.Model`."""

    null_is_default = True

    @classmethod
    def known_keys(cls) -> tuple[str, ...]:
        """The keys that are taken, as they are written."""
        return keys_of(cls)

    @classmethod
    def read(cls, node: Node) -> Self:
        """What a document is. Raises SetupError as `schema.source.build` does."""
        return build(cls, node)

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """What plain data is. Raises pydantic's ValidationError."""
        made = exactly(cls, data)
        if made is not None:
            return made
        from vaultkit.schema.validated import validated

        return validated(cls, data)
