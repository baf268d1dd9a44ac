// The page is whole without this. With it, checks fold, one search filters checks and tables, and the address keeps what was asked.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const form = document.querySelector(".finder");
  const checks = all(".check");
  const rows = all(".rows tbody tr");
  const fields = ["q", "status", "risk", "category", "framework"];
  const text = new Map([...checks, ...rows].map((element) => [element, element.textContent.toLowerCase()]));
  const found = form.querySelector(".found");
  let control = "";

  // Theme: what the system says, until the reader says otherwise. A page from disk may have no storage.
  const root = document.documentElement;
  const theme = document.querySelector(".theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("bailey-theme"); } catch { return null; } };
  const store = (name) => { try { localStorage.setItem("bailey-theme", name); } catch { /* kept for this visit alone */ } };
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  if (["light", "dark"].includes(stored())) root.dataset.theme = stored();
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    store(root.dataset.theme);
    label();
  });
  system.addEventListener("change", label);
  theme.hidden = false;
  label();

  // Folding. Everything is open in the file, for readers without a script and for print.
  const fold = (isOpen) => { for (const check of checks) check.open = isOpen; };
  const unfold = form.querySelector(".unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.textContent === "Open all";
    fold(open);
    unfold.textContent = open ? "Close all" : "Open all";
  });
  fold(false);
  for (const list of all(".instances")) list.open = false;
  const items = all(".worklist > li");
  if (items.length > 12) {
    const rest = items.slice(10);
    for (const item of rest) item.hidden = true;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.textContent = `Show ${rest.length} more`;
    more.addEventListener("click", () => {
      for (const item of rest) item.hidden = false;
      more.remove();
      rest[0].scrollIntoView({ block: "center" });
    });
    document.querySelector(".worklist").after(more);
  }
  let open = [];
  addEventListener("beforeprint", () => { open = all("details:not([open])"); for (const one of open) one.open = true; });
  addEventListener("afterprint", () => { for (const one of open) one.open = false; });

  // Filtering.
  const wanted = () => {
    const values = {};
    for (const name of fields) values[name] = form.elements[name].value.trim();
    return values;
  };
  const includes = (element, words) => words.every((word) => text.get(element).includes(word));
  const plural = (count, total, noun) => `${count} of ${total} ${noun}`;

  const apply = () => {
    const values = wanted();
    const words = values.q.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (check) =>
      includes(check, words) && (!values.status || check.dataset.status === values.status)
      && (!values.risk || check.dataset.risk === values.risk)
      && (!values.category || check.dataset.category === values.category)
      && (!values.framework || check.dataset.framework.split(" ").includes(values.framework))
      && (!control || check.dataset.control.split(" ").includes(control));
    for (const check of checks) check.hidden = !matches(check);
    for (const row of rows) row.hidden = !includes(row, words);
    for (const group of all(".category")) group.hidden = !all(".check", group).some((check) => !check.hidden);
    for (const section of all("main > section")) {
      const members = all(".check, .rows tbody tr", section);
      const none = section.querySelector(".nothing");
      if (!none || !members.length) continue;
      none.hidden = members.some((member) => !member.hidden);
      for (const table of all(".panel.scroll", section)) table.hidden = !none.hidden;
    }
    const shown = (elements) => elements.filter((element) => !element.hidden).length;
    const parts = [plural(shown(checks), checks.length, "checks")];
    if (rows.length) parts.push(plural(shown(rows), rows.length, "table rows"));
    if (control) parts.push(`only those of ${control.split(":")[1]}`);
    found.textContent = parts.join(", ");
  };

  const write = () => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(wanted())) if (value) query.set(name, value);
    if (control) query.set("control", control);
    history.replaceState(null, "", query.size ? `#${query}` : location.pathname + location.search);
  };

  // The address: `#status=violation&q=ssh` filters, anything else is a place on the page.
  const read = () => {
    const hash = location.hash.slice(1);
    if (/^(q|status|risk|category|framework|control)=/.test(hash)) {
      const query = new URLSearchParams(hash);
      for (const name of fields) form.elements[name].value = query.get(name) ?? "";
      control = query.get("control") ?? "";
      apply();
      document.getElementById("part-checks").scrollIntoView();
      return;
    }
    let id = hash;
    try { id = decodeURIComponent(hash); } catch { /* not an encoded name: taken as it stands */ }
    const place = id && document.getElementById(id);
    if (!place) return;
    if (place.matches(".check")) {
      if (place.hidden) { form.reset(); control = ""; apply(); }
      place.open = true;
    }
    if (place.hidden) document.querySelector(".more")?.click();
    place.scrollIntoView();
  };

  form.addEventListener("input", () => { apply(); write(); });
  form.addEventListener("reset", () => setTimeout(() => { control = ""; apply(); write(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", read);
  // Without a script these lead to the checks as a whole, or to the first of a control's.
  for (const link of all("a[data-filter]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.hash = new URLSearchParams([[link.dataset.filter, link.dataset.value]]).toString();
    });
  }
  for (const map of all(".framework")) {
    const readout = map.querySelector(".readout");
    const say = (event) => { readout.textContent = event.target.closest(".tile")?.title ?? ""; };
    map.addEventListener("pointerover", say);
    map.addEventListener("focusin", say);
  }
  form.hidden = false;
  apply();
  read();
})();
