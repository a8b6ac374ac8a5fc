"""What openpyxl finds in a workbook, as JSON: a list of [type, value, number format] per row, by sheet."""

import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheets = {
    sheet.title: [[[cell.data_type, cell.value, cell.number_format] for cell in row] for row in sheet.iter_rows()]
    for sheet in book.worksheets
}
properties = book.properties
print(json.dumps({
    "sheets": sheets,
    "title": properties.title,
    "created": properties.created.isoformat(),
    "freeze": book.worksheets[0].freeze_panes,
}))
