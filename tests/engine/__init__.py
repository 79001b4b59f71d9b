"""The engine alone: expressions, decisions, drawings, checks, running circuits."""
