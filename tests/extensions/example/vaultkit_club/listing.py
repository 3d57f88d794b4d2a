"""A list in Markdown, to be pasted into the club's own notes."""

from vaultkit import CheckResult, Look


def club_list(result: CheckResult, look: Look) -> str:
    """One item for each finding."""
    lines = []
    for item in result.diagnostics:
        position = result.position(item)
        lines.append(f"- [ ] {look.path(item.path)}, line {position.line}: {item.message} ({item.rule})\n")
    return "".join(lines)
