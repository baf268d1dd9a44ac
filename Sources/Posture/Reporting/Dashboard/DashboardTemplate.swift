// Made by scripts/embed-dashboard from templates/dashboard: change those, then run it.
// swift-format-ignore-file

/// The dashboard's page, style and script as text in the binary.
package enum DashboardTemplate {
    /// What the page has places for.
    struct Slots {
        var title: HTML
        var host: HTML
        var overview: HTML
        var worklist: HTML
        var controls: HTML
        var checks: HTML
        var listeners: HTML
        var connections: HTML
        var unseen: HTML
    }

    static func page(_ slots: Slots) -> HTML {
        #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\#(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>\#(slots.title)</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%232f5bd0' d='M1 2h3v2h2V2h4v2h2V2h3v12h-5v-3a2 2 0 0 0-4 0v3H1z'/%3E%3C/svg%3E">
        <style>\#(style)</style>
        </head>
        <body>
        <a class="skip" href="#part-first">Skip to what to do first</a>
        <header class="top">
        <svg class="crest" viewBox="0 0 16 16" aria-hidden="true"><path d="M1 2h3v2h2V2h4v2h2V2h3v12h-5v-3a2 2 0 0 0-4 0v3H1z"/></svg>
        <div class="who">\#(slots.host)</div>
        <button type="button" class="theme" hidden>Dark</button>
        </header>
        <nav aria-label="Sections">
        <ul>
        <li><a href="#part-first">What to do first</a></li>
        <li><a href="#part-controls">Controls</a></li>
        <li><a href="#part-checks">Checks</a></li>
        <li><a href="#part-listeners">Listening</a></li>
        <li><a href="#part-connections">Outbound</a></li>
        <li><a href="#part-unseen">Not assessed</a></li>
        </ul>
        </nav>
        <main>
        \#(slots.overview)
        \#(slots.worklist)
        \#(slots.controls)
        \#(slots.checks)
        \#(slots.listeners)
        \#(slots.connections)
        \#(slots.unseen)
        </main>
        <footer>
        <p>Made by Bailey on this host, from what its kernel and files said at the time above. This page loads nothing and sends nothing.</p>
        </footer>
        <script>\#(script)</script>
        </body>
        </html>

        """#
    }

    /// Lets the style and the script below run, by their SHA-256, and nothing else.
    package static var policyText: String { policy.text }
    package static var styleText: String { style.text }
    package static var scriptText: String { script.text }

    private static let policy: HTML = #"""
        default-src 'none'; style-src 'sha256-b+4r0hcVuWYsmoGVzq5EPMNT7Nfh7tid/nIscHep1Wo='; script-src 'sha256-nB41T6YV481cwBYgic2rcznN9UUZ1nYVNGnk9pC4fZM='; img-src data:; base-uri 'none'; form-action 'none'
        """#

    private static let style: HTML = #"""
        /* The dashboard's style. Colours are pairs, light and dark; every status has a colour, a sign and, where it fills an area, a pattern. */
        :root {
          color-scheme: light dark;
          --ground: light-dark(#f4f5f8, #0e131a);
          --panel: light-dark(#ffffff, #161d27);
          --raised: light-dark(#f4f6fa, #1d2632);
          --line: light-dark(#dde2ea, #2b3644);
          --ink: light-dark(#18212d, #e7ecf3);
          --quiet: light-dark(#515d6d, #a3b0c0);
          --accent: light-dark(#2450bd, #8db2ff);
          --red: light-dark(#b3261e, #ff9b92);
          --red-fill: light-dark(#c0352c, #a5362e);
          --red-tint: light-dark(#fdeceb, #3a1c1c);
          --amber: light-dark(#845400, #f1c160);
          --amber-fill: light-dark(#e3a63a, #7c5a16);
          --amber-tint: light-dark(#fdf3df, #33270f);
          --amber-on: light-dark(#2e1f00, #ffedc7);
          --green: light-dark(#17683d, #7bd6a3);
          --green-fill: light-dark(#27804f, #1f6a42);
          --green-tint: light-dark(#e6f4ec, #12301f);
          --grey-fill: light-dark(#eceff3, #1b232e);
          --grey-line: light-dark(#d3d9e2, #303c4b);
          --crimson: light-dark(#8a1233, #ffa3bb);
          --crimson-fill: light-dark(#8f1537, #99204a);
          --low-fill: light-dark(#6a788b, #56657a);
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          --gap: 1rem;
        }
        :root[data-theme="light"] { color-scheme: light; }
        :root[data-theme="dark"] { color-scheme: dark; }

        * { box-sizing: border-box; }
        html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0;
          background: var(--ground);
          color: var(--ink);
          font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
          overflow-wrap: anywhere;
        }
        main, .top, nav ul, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
        h1, h2, h3, h4, p, ul, ol, dl, dd { margin: 0; }
        ul, ol { padding: 0; list-style: none; }
        h1 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -0.01em; }
        h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; margin: 2.75rem 0 0.75rem; }
        h3 { font-size: 0.9375rem; line-height: 1.4; }
        h4 { font-size: 0.8125rem; font-weight: 600; color: var(--quiet); }
        a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
        code { font: 0.84em/1.4 var(--mono); }
        pre {
          font: 0.8125rem/1.5 var(--mono); font-weight: 400; background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
          padding: 0.5rem 0.75rem; margin: 0.4rem 0; white-space: pre-wrap; max-width: 48rem;
        }
        small { font-size: 0.8125rem; color: var(--quiet); }
        b { font-weight: 650; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        [hidden] { display: none !important; }
        .hidden {
          position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
        }
        .skip { position: absolute; left: -99rem; top: 0.5rem; z-index: 3; padding: 0.5rem 1rem; background: var(--panel); border-radius: 6px; }
        .skip:focus { left: 1rem; }

        /* Head and ways through the page */
        .top { display: flex; align-items: center; gap: 1rem; padding-top: 1.5rem; padding-bottom: 1rem; }
        .crest { flex: none; width: 2.5rem; height: 2.5rem; fill: var(--accent); }
        .who { flex: 1; min-width: 0; }
        .about { color: var(--quiet); font-size: 0.875rem; }
        .about > * + *::before { content: "·"; margin: 0 0.4em; color: var(--quiet); }
        .about .warn { color: var(--amber); font-weight: 600; }
        button {
          font: inherit; font-size: 0.875rem; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 7px;
          padding: 0.35rem 0.8rem; cursor: pointer;
        }
        button:hover { border-color: var(--accent); }
        nav {
          position: sticky; top: 0; z-index: 2; border-block: 1px solid var(--line); background: var(--ground);
        }
        nav ul { display: flex; gap: 0.25rem 1.5rem; overflow-x: auto; scrollbar-width: none; }
        nav a { display: block; padding: 0.6rem 0; color: var(--quiet); font-size: 0.875rem; text-decoration: none; white-space: nowrap; }
        nav a:hover { color: var(--ink); box-shadow: inset 0 -2px var(--accent); }
        footer { padding-top: 3rem; padding-bottom: 3rem; color: var(--quiet); font-size: 0.8125rem; }
        .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; }
        .lead { color: var(--quiet); max-width: 46rem; margin: -0.35rem 0 1rem; }
        .hollow { color: var(--quiet); font-size: 0.875rem; }
        .calm { color: var(--quiet); }

        /* Words that carry a status or a risk */
        .status { display: inline-flex; align-items: baseline; gap: 0.35em; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
        .sign { font-weight: 700; }
        .status.violation { color: var(--red); }
        .status.partial { color: var(--amber); }
        .status.compliant { color: var(--green); }
        .status.inapplicable, .status.unassessed { color: var(--quiet); }
        .risk, .mark {
          display: inline-block; padding: 0.05em 0.55em; border-radius: 99px; border: 1px solid transparent;
          font-size: 0.75rem; font-weight: 650; line-height: 1.5; white-space: nowrap; vertical-align: 0.08em;
        }
        .risk.critical { background: var(--crimson-fill); color: #fff; }
        .risk.high { background: var(--red-tint); color: var(--red); border-color: currentColor; }
        .risk.medium { background: var(--amber-tint); color: var(--amber); border-color: currentColor; }
        .risk.low { color: var(--quiet); border-color: var(--quiet); }
        .mark { border-radius: 4px; text-transform: uppercase; letter-spacing: 0.04em; font-size: 0.6875rem; }
        .mark.overdue { background: var(--red-fill); color: #fff; }
        .mark.new, .mark.worse { background: var(--accent); color: var(--panel); }
        .mark.deleted { background: var(--amber-tint); color: var(--amber); }
        .controls { display: flex; flex-wrap: wrap; gap: 0.25rem; }
        .controls li {
          font: 0.75rem/1.5 var(--mono); color: var(--quiet); background: var(--raised); border: 1px solid var(--line); border-radius: 4px;
          padding: 0 0.4em;
        }
        .exposure { white-space: nowrap; }
        .exposure.public { font-weight: 650; }
        .exposure.loopback { color: var(--quiet); }
        .key {
          display: inline-grid; place-items: center; width: 1.3rem; height: 1.3rem; border-radius: 4px; font-size: 0.75rem; font-weight: 700;
        }

        /* What fills an area: tiles, keys, arcs and bars share these */
        .tile.violation, .key.violation { background: var(--red-fill); color: #fff; }
        .tile.partial, .key.partial {
          color: var(--amber-on);
          background: repeating-linear-gradient(
            90deg, var(--amber-fill) 0 5px, color-mix(in srgb, var(--amber-fill) 84%, var(--panel)) 5px 7px);
        }
        .tile.compliant, .key.compliant { background: var(--green-fill); color: #fff; }
        .tile.inapplicable, .key.inapplicable { background: var(--panel); color: var(--quiet); box-shadow: inset 0 0 0 1px var(--grey-line); }
        .tile.unassessed, .key.unassessed {
          color: var(--quiet);
          background: repeating-linear-gradient(135deg, var(--grey-fill) 0 4px, var(--grey-line) 4px 5px);
        }
        .arc { fill: none; stroke-width: 15; }
        .arc.violation { stroke: var(--red-fill); }
        .arc.partial { stroke: var(--amber-fill); }
        .arc.compliant { stroke: var(--green-fill); }
        .arc.inapplicable { stroke: var(--line); }
        .arc.unassessed { stroke: url(#ring-hatch); }
        .hatch-ground { fill: var(--grey-fill); }
        .hatch-line { fill: var(--grey-line); }
        .track, .fill.none { fill: var(--raised); }
        .fill.violation { fill: var(--red-fill); }
        .fill.partial { fill: var(--amber-fill); }
        .fill.compliant { fill: var(--green-fill); }
        .fill.inapplicable { fill: var(--line); }
        .fill.unassessed { fill: var(--grey-line); }
        .fill.critical { fill: var(--crimson-fill); }
        .fill.high { fill: var(--red-fill); }
        .fill.medium { fill: var(--amber-fill); }
        .fill.low { fill: var(--low-fill); }
        .bar { display: block; width: 100%; height: 0.5rem; border-radius: 4px; overflow: hidden; }

        /* At a glance */
        #overview-title { margin-top: 1.75rem; }
        .glance { display: grid; grid-template-columns: 1.45fr 1fr 1fr 1fr; gap: var(--gap); }
        .glance h3 { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; margin-bottom: 0.6rem; }
        .pair { display: flex; flex-wrap: wrap; align-items: center; gap: 1.1rem; }
        .ring { flex: none; width: 7.75rem; height: 7.75rem; }
        .ring text { text-anchor: middle; fill: var(--ink); }
        .ring .large { font-size: 26px; font-weight: 700; letter-spacing: -0.02em; }
        .ring .small { font-size: 10.5px; fill: var(--quiet); }
        .pre {
          font: 0.8125rem/1.5 var(--mono); font-weight: 400; background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
          padding: 0.5rem 0.75rem; margin: 0.4rem 0; white-space: pre-wrap; max-width: 48rem;
        }
        .legend { display: grid; gap: 0.2rem; font-size: 0.875rem; }
        .legend a { color: inherit; text-decoration: none; display: flex; align-items: center; gap: 0.4rem; white-space: nowrap; }
        .legend a:hover span + b + span { text-decoration: underline; }
        .legend b { min-width: 1.15rem; text-align: right; font-variant-numeric: tabular-nums; }
        .legend.inline { display: flex; flex-wrap: wrap; gap: 0.35rem 1.25rem; margin-bottom: 0.9rem; }
        .legend.inline .key { margin-right: 0.25rem; }
        .bars { display: grid; gap: 0.7rem; padding-top: 0.15rem; }
        .bars li { display: grid; grid-template-columns: 4.1rem 1fr 1.6rem; align-items: center; gap: 0.6rem; }
        .bars b { text-align: right; font-variant-numeric: tabular-nums; }
        .bars .risk { justify-self: start; }
        .monitor { display: flex; justify-content: space-between; margin-bottom: 0.25rem; font-size: 0.875rem; }
        .words { font-size: 0.8125rem; color: var(--quiet); margin: 0.25rem 0 0.7rem; line-height: 1.35; }
        .words:last-child { margin-bottom: 0; }
        .figures { display: flex; gap: 1.5rem; font-size: 0.8125rem; color: var(--quiet); margin-bottom: 0.6rem; }
        .figures b { display: block; font-size: 1.5rem; line-height: 1.15; font-variant-numeric: tabular-nums; color: var(--ink); }
        .figures b.loud { color: var(--red); }
        .figures b.calm { color: var(--quiet); }
        .changes { display: grid; gap: 0.3rem; font-size: 0.8125rem; line-height: 1.4; }
        .changes a { color: inherit; }

        /* What to do first */
        .worklist { display: grid; gap: 0.6rem; counter-reset: item; }
        .item {
          position: relative; background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 8px;
          padding: 0.6rem 1.25rem 0.65rem 3.4rem; counter-increment: item; scroll-margin-top: 4rem;
        }
        .item::before {
          content: counter(item); position: absolute; left: 0; width: 3.4rem; text-align: center; color: var(--quiet);
          font-weight: 650; font-variant-numeric: tabular-nums;
        }
        .item.critical { border-left-color: var(--crimson-fill); }
        .item.high { border-left-color: var(--red-fill); }
        .item.medium { border-left-color: var(--amber-fill); }
        .item.low { border-left-color: var(--low-fill); }
        .item h3 { font-weight: 620; }
        .item .detail { color: var(--quiet); font-size: 0.875rem; }
        .item .fix { margin-top: 0.2rem; max-width: 62rem; }
        .item .fix b { color: var(--accent); margin-right: 0.25em; }
        .meta { display: flex; flex-wrap: wrap; align-items: center; gap: 0.15rem 1.25rem; font-size: 0.8125rem; color: var(--quiet); }
        .meta { margin-top: 0.3rem; }
        .meta b { color: var(--ink); font-weight: 600; }
        .meta:empty { display: none; }
        .instances { margin-top: 0.4rem; font-size: 0.875rem; }
        .instances summary { color: var(--accent); cursor: pointer; width: fit-content; }
        .instances ul { margin-top: 0.3rem; display: grid; gap: 0.3rem; padding-left: 0.9rem; border-left: 2px solid var(--line); }
        .instances li { color: var(--quiet); }
        .instances .remedy { color: var(--ink); }
        .instances b { color: var(--ink); font-weight: 600; }
        .more { margin-top: 0.75rem; }

        /* Controls */
        .framework + .framework { margin-top: var(--gap); }
        .framework .tally { color: var(--quiet); font-size: 0.875rem; margin-bottom: 0.5rem; }
        .groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(15.5rem, 1fr)); gap: 1rem 1.75rem; }
        .group h4 { margin-bottom: 0.35rem; }
        .group h4 span { font: 0.75rem/1 var(--mono); opacity: 0.9; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.05rem, 1fr)); gap: 3px; }
        .tile {
          display: block; border-radius: 4px; height: 1.7rem; padding: 0 0.3rem; overflow: hidden; white-space: nowrap; text-decoration: none;
          font: 600 0.6875rem/1.7rem var(--mono); letter-spacing: -0.02em; font-variant-numeric: tabular-nums; text-align: center;
        }
        .tile .sign { margin-right: 0.25em; font-size: 0.625rem; }
        a.tile:hover { filter: brightness(1.12); box-shadow: 0 0 0 2px var(--panel), 0 0 0 4px var(--accent); }
        .readout { min-height: 1.6em; margin-top: 0.35rem; font-size: 0.8125rem; line-height: 1.6; color: var(--ink); }

        /* Checks */
        .finder {
          display: flex; flex-wrap: wrap; align-items: end; gap: 0.6rem 0.75rem; background: var(--panel); border: 1px solid var(--line);
          border-radius: 10px; padding: 0.85rem 1.25rem; margin-bottom: 1.25rem;
        }
        .finder label { display: grid; gap: 0.15rem; font-size: 0.75rem; font-weight: 600; color: var(--quiet); min-width: 0; }
        .finder .wide { flex: 1 1 14rem; }
        .finder input, .finder select {
          font: inherit; font-size: 0.875rem; font-weight: 400; color: var(--ink); background: var(--ground); border: 1px solid var(--quiet);
          border-radius: 7px; padding: 0 0.6rem; width: 100%; min-width: 0; height: 2.2rem;
        }
        .finder button { height: 2.2rem; }
        .found { flex: 1 0 100%; font-size: 0.8125rem; color: var(--quiet); }
        .category { margin-bottom: 1.25rem; }
        .category h3 { margin-bottom: 0.4rem; }
        .category h3 span { color: var(--quiet); font-weight: 400; font-size: 0.8125rem; margin-left: 0.35em; }
        .list { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
        /* The line above the first one that is shown lies under the list's own. */
        .check { border-top: 1px solid var(--line); margin-top: -1px; scroll-margin-top: 4rem; }
        .check summary {
          display: grid; grid-template-columns: 8.25rem 1fr auto auto; align-items: baseline; gap: 0.75rem; padding: 0.5rem 1.25rem 0.5rem 2.1rem;
          cursor: pointer; position: relative; list-style: none;
        }
        .check summary::-webkit-details-marker { display: none; }
        .check summary::before {
          content: ""; position: absolute; left: 1rem; top: 1.02rem; width: 0.38rem; height: 0.38rem; border: solid var(--quiet);
          border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg);
        }
        .check[open] > summary::before { transform: rotate(45deg); top: 0.92rem; }
        .check summary:hover { background: var(--raised); }
        .check summary:focus-visible { outline-offset: -3px; }
        .check summary code { color: var(--quiet); }
        .check summary .risk { min-width: 4.3rem; text-align: center; }
        .check.compliant summary .risk, .check.inapplicable summary .risk { background: none; color: var(--quiet); border-color: var(--line); }
        .check:target { box-shadow: inset 0 0 0 2px var(--accent); border-radius: 7px; }
        .body { padding: 0.35rem 1.25rem 1rem 2.1rem; }
        .body dl { display: grid; grid-template-columns: 8.25rem 1fr; gap: 0.35rem 0.75rem; }
        .body dt { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; padding-top: 0.1rem; }
        .body dd.fix { font-weight: 550; }

        /* Tables */
        table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
        caption { text-align: left; color: var(--quiet); font-size: 0.8125rem; padding-bottom: 0.4rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-top: 1px solid var(--line); font-weight: 400; }
        thead th { border-top: 0; font-size: 0.75rem; font-weight: 600; color: var(--quiet); white-space: nowrap; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody tr:hover { background: color-mix(in srgb, var(--raised) 70%, transparent); }
        th, td { overflow-wrap: break-word; }
        .number, .count, .sent, .received { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .long { overflow-wrap: anywhere; min-width: 9rem; max-width: 24rem; }
        .scroll { overflow-x: auto; }
        .rows { min-width: 52rem; }
        .tall { max-height: 46rem; overflow-y: auto; padding-top: 0; }
        .tall caption { padding-top: 0.9rem; }
        .tall thead th { position: sticky; top: 0; background: var(--panel); box-shadow: inset 0 -1px var(--line); }
        .rows th[scope="row"] { min-width: 9rem; }
        .panel.scroll + .panel { margin-top: var(--gap); }
        .evidence { margin-top: 0.8rem; }
        .evidence td:first-child { width: 60%; }
        .links { display: flex; flex-wrap: wrap; gap: 0 0.9rem; }
        .scroll + .hollow { margin-top: 0.5rem; }

        @media (max-width: 64rem) {
          .glance { grid-template-columns: 1fr 1fr; }
        }
        @media (max-width: 44rem) {
          main, .top, nav ul, footer { padding-left: 1rem; padding-right: 1rem; }
          .glance { grid-template-columns: 1fr; }
          .top { align-items: flex-start; }
          .item { padding-left: 1rem; padding-right: 1rem; }
          .item::before { display: none; }
          .panel { padding: 0.9rem 1rem; }
          .check summary { grid-template-columns: 1fr auto; padding-right: 1rem; gap: 0.1rem 0.75rem; }
          .check summary .title { grid-column: 1 / -1; grid-row: 2; }
          .check summary code { grid-column: 1 / -1; grid-row: 3; }
          .body { padding-left: 1rem; padding-right: 1rem; }
          .body dl { grid-template-columns: 1fr; gap: 0 0; }
          .body dd { margin-bottom: 0.6rem; }
          .finder label { flex: 1 1 7.5rem; }
        }
        @media (prefers-reduced-motion: no-preference) {
          html { scroll-behavior: smooth; }
        }
        @media print {
          :root, :root[data-theme="dark"] { color-scheme: light; --ground: #fff; }
          html { font-size: 12.5px; }
          .list { overflow: visible; }
          main, .top, footer { max-width: none; padding-left: 0; padding-right: 0; }
          nav, .finder, .theme, .skip, .more, .readout { display: none !important; }
          .item[hidden], .check[hidden], .category[hidden] { display: block !important; }
          tr[hidden] { display: table-row !important; }
          .panel.scroll[hidden] { display: block !important; }
          .nothing { display: none; }
          .check:target { box-shadow: none; }
          .glance { grid-template-columns: 1fr 1fr; }
          .item, .check, tr, .group, .glance .panel { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          details::details-content { content-visibility: visible; block-size: auto; display: block; }
          .scroll { overflow: visible; max-height: none; }
          .tall thead th { position: static; }
          .rows { min-width: 0; font-size: 7.5pt; }
          .rows th, .rows td { padding-right: 0.5rem; min-width: 0; overflow-wrap: anywhere; }
          .rows th.count, .rows th.sent, .rows th.received, .rows .number, .rows .status { white-space: normal; }
          .check .body { padding-bottom: 0.4rem; }
          .tile, .key, .risk, .mark, .bar, .arc { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          @page { margin: 14mm 12mm; }
        }

        """#

    private static let script: HTML = #"""
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

        """#
}
