"""Built-in functions on contexts."""

from engine.expressions.builtins.registry import builtin
from engine.expressions.scope import Machine

Context = dict[str, object]


@builtin("get value(m: context, key: string)")
def get_value(context: Context, key: str) -> object:
    """The entry of that name."""
    return context.get(key)


@builtin("get value(context: context, keys: list)")
def get_value_at(context: Context, keys: list[object]) -> object:
    """The entry at the end of a path of keys."""
    found: object = context
    for key in keys:
        if not isinstance(found, dict) or not isinstance(key, str):
            return None
        found = found.get(key)
    return found if keys else None


@builtin("get entries(m: context)")
def get_entries(context: Context) -> list[object]:
    """The entries as contexts of `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context put(context: context, key: string, value: any)")
def context_put(context: Context, key: str, value: object) -> Context:
    """The context with one entry set."""
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)", machine=True)
def context_put_at(machine: Machine, context: Context, keys: list[object], value: object) -> Context | None:
    """The context with the entry at the end of a path set."""
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        return None
    with machine.budget.nested():
        changed = context_put_at(machine, inner, keys[1:], value)
    return None if changed is None else {**context, keys[0]: changed}


@builtin("context merge(contexts: list)", machine=True)
def context_merge(machine: Machine, contexts: list[object]) -> Context | None:
    """One context of several; a later entry wins."""
    merged: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        machine.budget.spend(len(context))
        merged.update(context)
    return merged


@builtin("context(entries: list)")
def context_of(entries: list[object]) -> Context | None:
    """A context out of contexts of `key` and `value`; null when a key comes twice."""
    made: Context = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made
