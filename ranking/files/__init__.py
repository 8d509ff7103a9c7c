"""The files of an edition: report, document and workbook, and what they are made with."""
