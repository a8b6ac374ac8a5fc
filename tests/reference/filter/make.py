"""Makes cases.json: filter expressions on attributes, as an independent implementation of CQL2 sees them.

    python3 -m venv venv && venv/bin/pip install cql2==0.6.0
    venv/bin/python tests/reference/filter/make.py

Only what both sides define is asked: texts against texts and numbers against numbers. `reads` says
whether the text is an expression at all, `matches` whether the feature is taken. The package gives up
on comparisons with null; the feature of nulls is answered by SQLite, whose three-valued logic is that of
the standard. Left out are two texts that the package reads and the standard does not: `GF != 4`, `GF IN 4`.
"""

import json
import pathlib
import sqlite3

import cql2

FEATURES = [
    {"GF": 4, "AGS": "03358002", "GEN": "Bispingen", "EWZ": 6420, "KFL": 128.5, "land": True},
    {"GF": 2, "AGS": "03358021", "GEN": "Soltau", "EWZ": 21603, "KFL": 203.75, "land": False},
    {"GF": 4, "AGS": "09162000", "GEN": "München", "EWZ": 1450381, "KFL": 310.7, "land": True},
    {"GF": 4, "AGS": "03358022", "GEN": "O'Hara_100%", "EWZ": 0, "KFL": -1.5, "land": True},
    {"GF": None, "AGS": None, "GEN": None, "EWZ": None, "KFL": None, "land": None},
]

EXPRESSIONS = [
    "GF = 4",
    "GF <> 4",
    "EWZ < 21603",
    "EWZ <= 21603",
    "EWZ > 21603",
    "EWZ >= 21603",
    "KFL > 128.25",
    "KFL = -1.5",
    "EWZ = 1.450381e6",
    "AGS = '03358002'",
    "AGS <> '03358002'",
    "AGS < '03358021'",
    "\"AGS\" = '09162000'",
    "4 = GF",
    "GF = 4 AND AGS LIKE '03358%'",
    "GF = 4 or GF = 2",
    "GF = 4 OR GF = 2 AND AGS = '03358021'",
    "(GF = 4 OR GF = 2) AND AGS = '03358021'",
    "GF = 2 OR EWZ > 1000 AND KFL < 200",
    "NOT GF = 4",
    "NOT (GF = 4 AND EWZ > 10000)",
    "NOT (GF = 2 OR EWZ > 10000)",
    "not GEN like 'S%'",
    "GEN LIKE 'S%'",
    "GEN LIKE 's%'",
    "GEN LIKE '%en'",
    "GEN LIKE '%in%en'",
    "GEN LIKE 'S_ltau'",
    "GEN LIKE '_oltau_'",
    "GEN LIKE 'M_nchen'",
    "GEN LIKE '%'",
    "GEN LIKE 'Soltau'",
    "GEN NOT LIKE 'S%'",
    "GEN = 'O''Hara_100%'",
    "GEN LIKE 'O''%'",
    "GEN IN ('Soltau', 'Bispingen')",
    "GEN NOT IN ('Soltau', 'Bispingen')",
    "GF IN (1, 2, 3)",
    "EWZ BETWEEN 6420 AND 21603",
    "EWZ NOT BETWEEN 6420 AND 21603",
    "KFL BETWEEN -2 AND 0",
    "GEN IS NULL",
    "GEN IS NOT NULL",
    "NOT GEN IS NULL",
    "GF = 4 AND GEN IS NOT NULL",
    "GEN = 'München'",
    "land = TRUE",
    "land = false",
    "land <> TRUE",
    # not expressions
    "GF =",
    "GF = 4 AND",
    "= 4",
    "GF 4",
    "GF = 4)",
    "(GF = 4",
    "GF == 4",
    "GEN = 'Soltau",
    "GF IN ()",
    "GF BETWEEN 1",
    "GEN IS 4",
    "GF = 4 GF = 2",
    "",
]


def matches(text, expression, feature):
    if None not in feature.values():
        return bool(expression.matches(feature))
    columns = ", ".join(f'? AS "{name}"' for name in feature)
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA case_sensitive_like = ON")
    rows = connection.execute(f"SELECT 1 FROM (SELECT {columns}) WHERE {text}", list(feature.values()))
    return rows.fetchone() is not None


def case(text):
    try:
        expression = cql2.parse_text(text)
        expression.validate()
    except Exception:
        return {"text": text, "reads": False}
    return {"text": text, "reads": True, "matches": [matches(text, expression, feature) for feature in FEATURES]}


result = {"made_with": f"cql2 {cql2.__version__}, SQLite {sqlite3.sqlite_version}", "features": FEATURES, "cases": [case(text) for text in EXPRESSIONS]}
path = pathlib.Path(__file__).with_name("cases.json")
lines = [json.dumps(entry, ensure_ascii=False) for entry in result["cases"]]
features = [json.dumps(entry, ensure_ascii=False) for entry in FEATURES]
path.write_text(
    '{\n"made_with": "%s",\n"features": [\n%s\n],\n"cases": [\n%s\n]\n}\n'
    % (result["made_with"], ",\n".join(features), ",\n".join(lines)),
    encoding="utf-8",
)
