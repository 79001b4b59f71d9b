"""Reading: what a file is, what it says and where on the page, and what its pages look like."""

from app.outside.reader.limits import Limites
from app.outside.reader.office import Office
from app.outside.reader.reader import Reader
from app.outside.reader.sniffing import sniff

__all__ = ["Limites", "Office", "Reader", "sniff"]
