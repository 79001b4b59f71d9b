"""Tests of the outside parts, run against the real things."""
