"""A vault as they grow in ten years when nobody checks them: three kinds of notes, and what went wrong in a few."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

_BOOKS = ("Dune", "Emma", "Middlemarch", "Solaris", "Walden", "Beloved", "Persuasion", "Ulysses", "Kindred", "Piranesi")
_AUTHORS = ("F. Herbert", "J. Austen", "G. Eliot", "S. Lem", "H. D. Thoreau", "T. Morrison", "J. Joyce", "O. Butler")
_PEOPLE = ("Ada", "Bo", "Chen", "Dara", "Eli")


def make(folder: Path) -> None:
    """Write the vault into an empty folder; the same notes each time."""
    for number in range(60):
        _write(folder, f"Daily/{date(2024, 3, 1) + timedelta(number)}.md", _day(number))
    for number in range(120):
        _write(folder, f"Books/{_title(number)}.md", _book(number))
    for number in range(25):
        _write(folder, f"Work/Meeting {number + 1}.md", _meeting(number))
    _write(folder, "Templates/Book.md", "---\nauthor: \nstatus: \n---\n# {{title}}\n\n## Notes\n\n## Takeaways\n")
    _write(folder, "Loose thoughts.md", "Ask Bo about [[Dune]].\n")


def _write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _title(number: int) -> str:
    volume = number // len(_BOOKS)
    return _BOOKS[number % len(_BOOKS)] + (f", volume {volume + 1}" if volume else "")


def _day(number: int) -> str:
    book = f" Read on in [[{_title(number % 40)}]]." if number % 3 == 0 else ""
    return f"## Done\n\nAnswered letters.{book}\n\n## Tomorrow\n\n- [ ] call {_PEOPLE[number % 5]}\n"


def _book(number: int) -> str:
    rating = f"rating: {number % 5 + 1}\n" if number != 17 else ""
    status = "raed" if number == 4 else ("read", "reading", "to read")[number % 3]
    finished = f"finished: 2023-{number % 12 + 1:02}-1{number % 9}\n" if status == "read" else ""
    takeaways = "Take-aways" if number == 21 else "Takeaways"
    link = " Like [[Middlemarsh]]." if number == 8 else ""
    return (
        f"---\nauthor: {_AUTHORS[number % len(_AUTHORS)]}\n{rating}status: {status}\n{finished}---\n"
        f"## Notes\n\nWhat happens in it.{link}\n\n## {takeaways}\n\nWhat I keep of it.\n"
    )


def _meeting(number: int) -> str:
    day = date(2024, 1, 9) + timedelta(7 * number)
    people = f"{_PEOPLE[number % 5]}, {_PEOPLE[(number + 2) % 5]}"
    return f"---\ntags: [meeting]\ndate: {day}\npeople: [{people}]\n---\nWe met.\n"
