"""Built-in functions on texts."""

from decimal import Decimal

from engine.expressions.builtins.registry import builtin
from engine.expressions.patterns import compiled, replacement, within_time
from engine.expressions.scope import Machine


@builtin("substring(string: string, start position: number, length: number?)")
def substring(text: str, start: Decimal, length: Decimal | None) -> str | None:
    """Part of a text, from a place counted from 1, or from the end when negative."""
    begin = int(start)
    if begin == 0 or abs(begin) > max(len(text), 1) or (length is not None and length < 1):
        return None if begin == 0 or (length is not None and length < 1) else ""
    first = begin - 1 if begin > 0 else len(text) + begin
    return text[first:] if length is None else text[first : first + int(length)]


@builtin("string length(string: string)")
def string_length(text: str) -> Decimal:
    """The number of characters."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(text: str) -> str:
    """In capitals."""
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(text: str) -> str:
    """In small letters."""
    return text.lower()


@builtin("trim(string: string)")
def trim(text: str) -> str:
    """Without the blanks around it."""
    return text.strip()


@builtin("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    """What stands before the first match; empty when there is none."""
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    """What stands after the first match; empty when there is none."""
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    """Whether the match stands anywhere in the text."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    """Whether the text begins so."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    """Whether the text ends so."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags: string?)")
def matches(text: str, pattern: str, flags: str | None) -> bool:
    """Whether the pattern is found in the text."""
    found = compiled(pattern, flags or "")
    return within_time(lambda seconds: found.search(text, timeout=seconds)) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags: string?)", machine=True)
def replace(machine: Machine, text: str, pattern: str, by: str, flags: str | None) -> str | None:
    """The text with every match replaced; `$1` stands for a group."""
    found = compiled(pattern, flags or "")
    if within_time(lambda seconds: found.match("", timeout=seconds)) is not None:
        return None
    machine.budget.text((len(text) + 1) * (len(by) + 1) if len(by) * len(text) > 10_000_000 else len(text))
    template = by.replace("\\", "\\\\") if "q" in (flags or "") else replacement(by, found.groups)
    answer: str = within_time(lambda seconds: found.sub(template, text, timeout=seconds))
    machine.budget.text(len(answer))
    return answer


@builtin("split(string: string, delimiter: string)", machine=True)
def split(machine: Machine, text: str, delimiter: str) -> list[str]:
    """The parts between the matches of a pattern."""
    found = compiled(delimiter, "")
    parts: list[str] = []
    start = 0
    for match in within_time(lambda seconds: list(found.finditer(text, timeout=seconds))):
        parts.append(text[start : match.start()])
        start = match.end()
    machine.budget.items(len(parts))
    return [*parts, text[start:]]


@builtin("string join(list: list, delimiter: string?)", machine=True)
def string_join(machine: Machine, items: list[object], delimiter: str | None) -> str | None:
    """The texts of a list in one; nulls are left out."""
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) < sum(item is not None for item in items):
        return None
    machine.budget.text(sum(map(len, texts)) + len(texts) * len(delimiter or ""))
    return (delimiter or "").join(texts)
