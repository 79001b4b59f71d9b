"""Tests of the trade, namesakes of its modules."""
