"""Running instances taken to another version of their circuit: a dry run by step, the move, and the way back."""

from engine.migration.door import Migrations
from engine.migration.errors import AlreadyThere, CannotMove, NotUndoable
from engine.migration.obstacles import Obstacle
from engine.migration.plan import Group, Place, Plan

__all__ = ["AlreadyThere", "CannotMove", "Group", "Migrations", "NotUndoable", "Obstacle", "Place", "Plan"]
