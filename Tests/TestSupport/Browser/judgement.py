"""The real browser that pages are judged in, and what came of it; for the scripts that look at pages.

A script prints what fails, one line each, and exits 1, or prints how many checks held and exits 0.
"""

import pathlib
import sys

import axe_core_python
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

AXE = pathlib.Path(axe_core_python.__file__).parent / "axe.min.js"
failures = []
held = 0


def expect(condition, what):
    global held
    if condition:
        held += 1
    else:
        failures.append(what)


def start(*arguments, **capabilities):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *arguments):
        options.add_argument(argument)
    for name, value in capabilities.items():
        options.set_capability(name, value)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    # On a busy machine axe takes more than the 30 seconds that a script has otherwise.
    driver.set_script_timeout(600)
    return driver


def expect_accessible(browser, where, options="{}", least=20):
    """What axe finds in the page that is shown; a page of which it looked at less than `least` was not looked at."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    result = browser.execute_async_script(f"axe.run({options}).then(arguments[0])")
    for violation in result["violations"]:
        for node in violation["nodes"][:3]:
            failures.append(f"{where}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:240]!r}")
    expect(len(result["passes"]) > least, f"{where}: axe looked at little")


def end():
    print("\n".join(failures) if failures else f"{held} held")
    sys.exit(1 if failures else 0)
