"""Forms drawn by designers (`*.form`, form-js schema): read, filled with values to show, and answers checked."""

from engine.forms.cleaning import clean
from engine.forms.filling import fill, over
from engine.forms.model import Field, Form, FormSpec, Option
from engine.forms.reading import read

__all__ = ["Field", "Form", "FormSpec", "Option", "clean", "default", "fill", "over", "read"]


def default() -> FormSpec:
    """The form of a step that names none: a comment."""
    return read(_DEFAULT)


_DEFAULT = b"""{"type": "default", "id": "faire", "schemaVersion": 19, "components": [
    {"type": "textarea", "id": "commentaire", "key": "commentaire", "label": "Commentaire",
     "description": "Facultatif.", "validate": {"maxLength": 4000}}]}"""
