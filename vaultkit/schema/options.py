"""What only one target understands, as it is written in the configuration: models that the targets declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

if TYPE_CHECKING:
    from vaultkit.schema.source import Node


class Model(BaseModel):
    """Closed, immutable, keys spelled with dashes in YAML. A key with nothing behind it means its default."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    @model_validator(mode="before")
    @classmethod
    def _written(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.known_keys()
        return {key: value for key, value in data.items() if value is not None or key not in known}

    @classmethod
    def read(cls, node: Node) -> Self:
        """What a document is. Raises SetupError as `schema.source.build` does."""
        from vaultkit.schema.validated import read_by

        return read_by(cls, node)

    @classmethod
    def known_keys(cls) -> tuple[str, ...]:
        """The keys that the model takes, as they are written."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())
