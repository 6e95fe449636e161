"""Holds the SQL of docs/queries.md to the table that the CDK app makes, and runs it.

Each statement is parsed as Athena's, its columns are looked up in the Glue table of the template, and
DuckDB, which speaks a dialect near Athena's, runs it on records in the shape that the function writes.
What Athena alone does (partition projection, reading JSON) no test here sees.
"""

import json
import re
import sys
from pathlib import Path

import duckdb
import sqlglot
from assembly import template
from captured import record
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

HERE = Path(__file__).resolve().parent
# docs.aws.amazon.com/athena/latest/ug/reserved-words.html, for SELECT; sqlglot parses some of them as names.
RESERVED = set("""ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH
CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT
EXECUTE EXISTS EXTRACT FALSE FIRST FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN JSON_ARRAY
JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LAST LEFT LIKE LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE
NOT NULL OF ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST USING
VALUES WHEN WHERE WITH""".split())
REQUEST = "5b0c1a52-0f6e-4c0e-9d0a-1f1f8b1c2d3e"


def statements():
    text = (HERE.parents[1] / "docs/queries.md").read_text(encoding="utf-8")
    return [sqlglot.parse_one(block, dialect="athena") for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL)]


def resources(kind):
    """Those of the endpoint `signed`, as the template has them."""
    found = (item["Properties"] for item in template("every")["Resources"].values() if item["Type"] == kind)
    return [item for item in found if "every-signed" in json.dumps(item)]


def tables():
    """Columns and types of each table."""
    found = {}
    for item in resources("AWS::Glue::Table"):
        made = item["TableInput"]
        columns = made["StorageDescriptor"]["Columns"] + made["PartitionKeys"]
        found[made["Name"]] = {column["Name"]: column["Type"] for column in columns}
    return found


def record_of(day, row, variant, label, sure, data):
    """A record of the model `messages`."""
    answer = {"label": label, "probabilities": {label: sure, "other": 1 - sure}}
    about = {"modelName": "messages", "modelVersion": "c73cf5a36097", "variant": variant}
    return record(data, answer, eventId=row, inferenceTime=f"{day}T03:04:05Z", **about)


RECORDS = [
    record_of("2026-11-01", "r1", "a", "billing", 0.9, {"text": "charged twice", "amount": 10}),
    record_of("2026-11-01", "r2", "b", "delivery", 0.8, {"text": "charged twice", "amount": 10}),
    record_of("2026-11-02", f"{REQUEST}/0", "a", "billing", 0.5, {"text": "where is it?", "amount": 40}),
    record_of("2026-11-02", f"{REQUEST}/1", "a", "delivery", 0.7, {"text": "late", "amount": None}),
    record_of("2026-12-24", "r3", "b", "billing", 0.3, {"text": "after all of it", "amount": 1000}),
]


def small(value):
    """What the table's reader of JSON makes of the members' names."""
    return {key.lower(): small(item) for key, item in value.items()} if isinstance(value, dict) else value


def shape(kind):
    """Member names of a struct, as Glue writes its type."""
    if kind.is_type(exp.DataType.Type.STRUCT):
        return {member.name: shape(member.args["kind"]) for member in kind.expressions}
    return None


def names(value):
    return {key: names(item) for key, item in value.items()} if isinstance(value, dict) else None


def database(columns):
    """The table with the records in it, and a row without values: what an empty line is read as."""
    kinds = {name: exp.DataType.build(kind, dialect="hive").sql("duckdb") for name, kind in columns.items()}
    base = duckdb.connect()
    base.execute(f"CREATE TABLE requests ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
    for item in [*map(small, RECORDS), {"day": "2026-11-01"}]:
        if "eventmetadata" in item:
            item["day"] = item["eventmetadata"]["inferencetime"][:10]
        base.execute(f"INSERT INTO requests VALUES ({', '.join('?' * len(kinds))})", [item.get(name) for name in kinds])
    return base


def reserved(statement):
    """Names of the statement that Athena takes for words of its own, where they are not in quotes."""
    found = (item.name for item in statement.find_all(exp.Identifier) if not item.quoted)
    return sorted({name for name in found if name.upper() in RESERVED})


def checked(statement, schema):
    """The statement with every column led back to a table; an unknown one is refused."""
    query = statement.expression if isinstance(statement, exp.Create) else statement
    return qualify(query.copy(), schema=schema, dialect="athena", validate_qualify_columns=True)


def main():
    schema = tables()
    assert set(schema) == {"requests"}, schema
    members = {name: shape(exp.DataType.build(kind, dialect="hive")) for name, kind in schema["requests"].items()}
    # With the id that a client chose, which not every record has.
    chosen = RECORDS[0] | {"eventMetadata": RECORDS[0]["eventMetadata"] | {"inferenceId": "a"}}
    assert members == names(small(chosen)) | {"day": None}, members

    found = statements()
    assert len(found) > 7 and isinstance(found[0], exp.Create), found
    base = database(schema["requests"])
    answers = {}
    for statement in found:
        assert not reserved(statement), f"{reserved(statement)} in:\n{statement.sql('athena', pretty=True)}"
        query = checked(statement, schema)
        rows = base.execute(statement.sql("duckdb")).fetchall()
        if isinstance(statement, exp.Create):
            schema["answers"] = {column.alias_or_name: "string" for column in query.expressions}
            continue
        assert rows, f"no record answers:\n{statement.sql('athena', pretty=True)}"
        named = {column.name for where in statement.find_all(exp.Where) for column in where.find_all(exp.Column)}
        assert "day" in named, f"it reads every day there is:\n{statement.sql('athena', pretty=True)}"
        answers[tuple(query.named_selects)] = rows

    # What is told of the records above, which a person can count.
    assert answers["day", "version", "label", "answers", "share"][0][2:] == ("billing", 1, 0.5), answers
    assert [row[2:4] for row in answers["answered_at", "row_id", "label", "confidence", "input"]] == [("billing", 0.5)]
    assert [row[0] for row in answers["row_id", "variant", "version", "input", "output"]] == [f"{REQUEST}/0", f"{REQUEST}/1"]
    (first, second) = answers["day", "mean", "deviations", "missing"]
    assert first[1] == 10 and second[1] == 40 and first[2] < 0 < second[2] and second[3] == 0.5, (first, second)
    assert answers["label_a", "label_b", "answers", "example"][0][:3] == ("billing", "delivery", 1)
    assert answers["day", "answers"] == [("2026-11-01", 2), ("2026-11-02", 2)]

    # The check itself: a column that the table has not.
    for wrong in ("SELECT label FROM requests", "SELECT labels FROM answers", "SELECT version FROM requests"):
        try:
            checked(sqlglot.parse_one(wrong, dialect="athena"), schema)
        except SqlglotError:
            continue
        sys.exit(f"{wrong} was to be refused")
    assert reserved(sqlglot.parse_one("SELECT first.day FROM answers AS first", dialect="athena")) == ["first"]
    print(f"queries: each of the {len(found)} statements of docs/queries.md is Athena's SQL, and answers")


if __name__ == "__main__":
    main()
