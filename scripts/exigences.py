"""Print what pyproject.toml asks for, one requirement a line; name the groups to add."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
wanted = [*project["dependencies"], *(line for group in sys.argv[1:] for line in project["optional-dependencies"][group])]
sys.stdout.write("\n".join(wanted) + "\n")
