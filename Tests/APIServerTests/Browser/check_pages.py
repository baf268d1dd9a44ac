"""Opens pages in a real browser as somebody with a telephone, a tablet or a wide screen would. Usage: check_pages.py PAGE..."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "TestSupport/Browser"))
import judgement
from judgement import expect


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
        judgement.expect_accessible(browser, f"{page.name}, {scheme}", rules, least=5 if scheme == "light" else 0)


browser = judgement.start()
try:
    for name in sys.argv[1:]:
        fits(pathlib.Path(name))
        accessible(pathlib.Path(name))
finally:
    browser.quit()

judgement.end()
