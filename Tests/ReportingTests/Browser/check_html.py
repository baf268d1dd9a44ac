"""Reads the page as the HTML standard says a browser must, and fails on the first parse error. Usage: check_html.py PAGE"""

import pathlib
import sys

import html5lib

parser = html5lib.HTMLParser(strict=False)
document = parser.parse(pathlib.Path(sys.argv[1]).read_bytes(), transport_encoding="utf-8")
for (line, column), error, details in parser.errors:
    print(f"{line}:{column}: {error} {details}")
sys.exit(1 if parser.errors else 0)
