"""Measurements, never assertions: `make bench` prints a table and, last, one line of JSON with every figure."""
