"""Opens the dashboard in a real browser and uses it as a reader would. Usage: check_dashboard.py PAGE"""

import base64
import pathlib
import sys

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "TestSupport/Browser"))
import judgement
from judgement import expect, failures

page = pathlib.Path(sys.argv[1]).resolve().as_uri()
browser = judgement.start(
    "--window-size=1440,900", **{"goog:loggingPrefs": {"browser": "ALL"}, "unhandledPromptBehavior": "ignore"})


def script(source, *arguments):
    return browser.execute_script(source, *arguments)


def visit(fragment=""):
    browser.get("about:blank")
    browser.get(page + fragment)


def visible(selector):
    return script(
        "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).map((e) => e.id)", selector
    )


def media(scheme):
    # Without smooth scrolling a click hits what it aims at.
    features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": name, "value": value} for name, value in features.items()]}
    )


def width(pixels):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 500}
    )


def what_the_host_says_is_text():
    visit()
    expect(script("return document.scripts.length") == 1, "a second script element is on the page")
    expect(script("return document.images.length") == 0, "an image element is on the page")
    expect("</title>" in browser.title, f"the host's name was cut: {browser.title}")
    expect(script("return document.body.innerText.includes('<script>alert(1)</script>')"), "a process name is not shown")
    expect(not script("return [...document.querySelectorAll('*')].some((e) => [...e.attributes].some((a) => /^on/.test(a.name)))"),
           "an element has an event attribute")


def the_policy_holds():
    visit()
    ran = script("""
        const one = document.createElement('script'); one.textContent = 'window.intruder = 1'; document.body.append(one);
        const two = document.createElement('img'); two.setAttribute('onerror', 'window.intruder = 2'); two.src = 'data:,'; document.body.append(two);
        return new Promise((done) => setTimeout(() => done(window.intruder ?? 0), 300));""")
    expect(ran == 0, "a script that is not the page's own ran")
    expect(len(browser.get_log("browser")) > 0, "the browser did not report the refused script")


def filters():
    visit("#status=violation&q=ssh")
    expect(visible(".check") == ["ssh-root-login"], f"the address did not filter: {visible('.check')}")
    expect(script("return document.querySelector('.found').textContent").startswith("1 of "), "the count is not said")
    browser.find_element(By.CSS_SELECTOR, ".finder button[type=reset]").click()
    script("return new Promise((done) => setTimeout(done, 100))")
    everything = len(visible(".check"))
    expect(everything > 10, "clearing does not bring everything back")
    expect(script("return location.hash") == "", "the address still filters after clearing")
    browser.find_element(By.NAME, "q").send_keys("Shadow")
    expect(visible(".check") == ["shadow-file-mode"], "typing does not filter")
    expect("q=Shadow" in script("return location.hash"), "the address does not keep what was typed")
    browser.find_element(By.NAME, "q").clear()
    browser.find_element(By.NAME, "q").send_keys("no such thing anywhere")
    expect(len(visible(".nothing")) == 3, "no matches are not said")
    visit("#framework=nist-800-53-r5&risk=high")
    expect(set(visible(".check")) == {"ssh-root-login", "update_hygiene", "privilege_approval_required"},
           f"framework and risk do not filter: {visible('.check')}")
    visit()
    tile = browser.find_element(By.CSS_SELECTOR, "a.tile[data-value='iso-27001-2022:A.8.20']")
    script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", tile)
    tile.click()
    script("return new Promise((done) => setTimeout(done, 100))")
    expect(set(visible(".check")) == {"open_ports_approved", "firewall-default-deny", "gateway_loopback_only"},
           f"a tile does not show its checks: {visible('.check')}")


def places():
    visit("#shadow-file-mode")
    expect(script("return document.getElementById('shadow-file-mode').open"), "a check that is linked to is not open")
    visit()
    expect(not script("return document.getElementById('shadow-file-mode').open"), "checks are not folded")
    browser.find_element(By.CSS_SELECTOR, ".unfold").click()
    expect(script("return [...document.querySelectorAll('.check')].every((e) => e.open)"), "not everything opens")


def theme():
    media("light")
    visit()
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = script(ground)
    media("dark")
    dark = script(ground)
    expect(light != dark, "the system's dark is not followed")
    browser.find_element(By.CSS_SELECTOR, ".theme").click()
    expect(script(ground) == light, "the reader's choice does not win")
    script("localStorage.clear()")


def keyboard():
    visit()
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = script("return document.activeElement.className")
    expect(focused == "skip", f"the first stop of the tab key is not the skip link but {focused!r}")
    expect(script("return document.activeElement.getBoundingClientRect().left >= 0"), "the skip link stays out of sight")
    browser.find_element(By.CSS_SELECTOR, ".check summary").send_keys(Keys.ENTER)
    expect(script("return document.querySelector('.check').open"), "the enter key does not open a check")


def nothing_overflows():
    for scheme in ("light", "dark"):
        media(scheme)
        for pixels in (320, 390, 900, 1440):
            width(pixels)
            visit()
            script("document.querySelectorAll('details').forEach((e) => e.open = true)")
            wide = script("return document.documentElement.scrollWidth")
            expect(wide <= pixels, f"at {pixels} pixels the page is {wide} wide")
    width(1440)


def accessible():
    for scheme in ("light", "dark"):
        media(scheme)
        visit()
        script("document.querySelectorAll('details').forEach((e) => e.open = true)")
        judgement.expect_accessible(browser, scheme)


def prints():
    visit("#q=no+such+thing")
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    expect(pdf.startswith(b"%PDF") and len(pdf) > 50_000, "the print is empty")


def without_a_script():
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    visit()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    expect(script("return [...document.querySelectorAll('details')].every((e) => e.open)"), "without a script something is folded")
    expect(not script("return document.querySelector('.finder').checkVisibility()"), "without a script the search is shown")
    expect(len(visible(".check")) > 10, "without a script checks are missing")


try:
    media("light")
    for check in (what_the_host_says_is_text, filters, places, theme, keyboard, nothing_overflows, accessible, prints,
                  without_a_script):
        check()
        for entry in browser.get_log("browser"):
            failures.append(f"{check.__name__}: the browser says: {entry['message']}")
    the_policy_holds()
finally:
    browser.quit()

judgement.end()
