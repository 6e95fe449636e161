"""Runs the statement of standard input in DuckDB and prints its rows, `|` between columns."""

import sys

import duckdb

connection = duckdb.connect()
connection.execute("set timezone = 'UTC'")
for row in connection.execute(sys.stdin.read()).fetchall():
    print("|".join("" if value is None else str(value) for value in row))
