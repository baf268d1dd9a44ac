"""Opens pages in a real browser as somebody with a telephone, a tablet or a wide screen would. Usage: check_pages.py PAGE...

Prints what fails, one line each, and exits 1; prints how many checks held and exits 0.
"""

import pathlib
import sys

import axe_core_python
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

axe = pathlib.Path(axe_core_python.__file__).parent / "axe.min.js"
failures = []
held = 0


def expect(condition, what):
    global held
    if condition:
        held += 1
    else:
        failures.append(what)


def start():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    # A page of thousands of cells takes as long as the machine needs.
    driver.set_script_timeout(600)
    return driver


def show(page, pixels, scheme):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 500})
    browser.get(page.resolve().as_uri())


def fits(page):
    for pixels in (320, 360, 768, 1280, 1920):
        show(page, pixels, "light")
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        expect(wide <= pixels, f"{page.name}: at {pixels} pixels the page is {wide} wide")
        # A name that goes over two lines was broken within a word: none has a space.
        broken = browser.execute_script(
            "return [...document.querySelectorAll('th code')].filter((e) => e.getClientRects().length > 1).map((e) => e.textContent)")
        expect(not broken, f"{page.name}: at {pixels} pixels these names are broken: {broken}")


def accessible(page):
    # What a scheme changes are the colours.
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        show(page, 1280, scheme)
        browser.execute_script(axe.read_text(encoding="utf-8"))
        result = browser.execute_async_script(f"axe.run({rules}).then(arguments[0])")
        for violation in result["violations"]:
            for node in violation["nodes"][:3]:
                failures.append(f"{page.name}, {scheme}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:240]!r}")
        expect(len(result["passes"]) > (5 if scheme == "light" else 0), f"{page.name}: axe looked at little")


browser = start()
try:
    for name in sys.argv[1:]:
        fits(pathlib.Path(name))
        accessible(pathlib.Path(name))
finally:
    browser.quit()

print("\n".join(failures) if failures else f"{held} held")
sys.exit(1 if failures else 0)
