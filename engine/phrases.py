"""A French sentence that carries values, read as it is and translated where it is shown."""


class Phrase(str):
    """The sentence with its places filled; `template` and `values` are kept, so that the web can translate it first."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "Phrase":
        """`template`: the sentence with a `{place}` for each value; a value may be a sentence itself."""
        said = super().__new__(cls, template.format(**values))
        said.template, said.values = template, values
        return said

    def __reduce__(self) -> tuple[object, ...]:
        """Copied and pickled whole."""
        return _again, (self.template, self.values)


def _again(template: str, values: dict[str, object]) -> Phrase:
    return Phrase(template, **values)
