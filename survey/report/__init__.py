"""The panel's report: the tables a thesis or a ministry expects, as a page, a Word document and a workbook."""
