// Opens the report in Chromium the way readers do, and prints as JSON what was seen. It judges nothing: test_browser.py does.
//   node walk.mjs REPORT.html FOLDER_FOR_SCREENSHOTS [only,these,looks]

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, pictures, only] = process.argv.slice(2);
const address = pathToFileURL(resolve(report)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [390, 820, 1440];
const SCHEMES = ["light", "dark"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
mkdirSync(pictures, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

/** A fresh reader: what the page says to the console and asks of the network is written down from the first byte. */
async function open(width, options = {}, prepare = async () => {}) {
  const height = options.height ?? (width < 500 ? 844 : 900);
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  const heard = [];
  page.on("console", (m) => { if (["error", "warning", "assert"].includes(m.type())) heard.push(`${m.type()}: ${m.text()}`); });
  page.on("pageerror", (error) => heard.push(`page error: ${error.message}`));
  const asked = [];
  context.on("request", (request) => { if (!/^(data|blob):/.test(request.url()) && request.url() !== address) asked.push(request.url()); });
  await prepare(page);
  await page.goto(address, { waitUntil: "load" });
  if (options.javaScriptEnabled !== false) await page.waitForFunction(() => !document.documentElement.classList.contains("waiting"));
  return { page, heard, asked, close: () => context.close() };
}

/** Lay everything out, which the page otherwise leaves until it is near the window. */
const layOut = (page) => page.evaluate(() => {
  for (const section of document.querySelectorAll("main > section")) section.style.contentVisibility = "visible";
});
const unfold = (page) => page.evaluate(() => { for (const fold of document.querySelectorAll("details")) fold.open = true; });

const looks = {
  async accessibility() {
    const found = [];
    for (const width of WIDTHS) for (const colorScheme of SCHEMES) {
      const { page, close } = await open(width, { colorScheme, bypassCSP: true });
      await layOut(page);
      await unfold(page);
      // A day is chosen, so that its words are looked at too. What sticks to the window is let go, for it would cover what it passes over.
      await page.evaluate(() => {
        const slider = document.querySelector("form.as-of input");
        slider.value = 2;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        for (const e of document.querySelectorAll("form.as-of, .passage .text")) e.style.position = "static";
      });
      await page.evaluate(axe);
      const run = (context) => page.evaluate(([within, tags]) => window.axe.run(within ?? document, {
        runOnly: tags, rules: { "target-size": { enabled: true } }, resultTypes: ["violations", "incomplete"],
      }), [context, TAGS]);
      const result = await run(null);
      // Then a source's entry, opened over the text.
      await page.evaluate(() => document.querySelector("main a.cite").focus());
      const preview = await run({ include: ["#preview"] });
      // Whether all stands in a landmark is asked of a whole page only.
      const placed = await page.evaluate(() => window.axe.run(document, { runOnly: { type: "rule", values: ["region"] } }));
      const short = (rules) => rules.map(({ id, impact, help, nodes }) => ({
        id, impact, help, count: nodes.length,
        nodes: nodes.slice(0, 5).map((n) => ({ target: n.target.join(" "), html: n.html.slice(0, 200), why: n.failureSummary?.slice(0, 400) })),
      }));
      found.push({
        width, colorScheme, version: result.testEngine.version, passes: result.passes.map((rule) => rule.id),
        violations: short([...result.violations, ...preview.violations, ...placed.violations]), incomplete: short(result.incomplete), previewed: preview.passes.length,
      });
      await close();
    }
    return found;
  },

  async loading() {
    const found = [];
    const observe = (page) => page.addInitScript(() => {
      window.seen = { shifts: [], paint: null, tasks: [] };
      new PerformanceObserver((list) => { for (const e of list.getEntries()) window.seen.shifts.push({ value: e.value, at: e.startTime, of: e.sources.map((s) => ((s.node?.closest ? s.node : s.node?.parentElement)?.closest("nav.contents") ? "contents" : (s.node?.outerHTML ?? s.node?.textContent ?? "?").slice(0, 120))) }); }).observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => { for (const e of list.getEntries()) if (e.name === "first-contentful-paint") window.seen.paint = e.startTime; }).observe({ type: "paint", buffered: true });
      new PerformanceObserver((list) => { for (const e of list.getEntries()) window.seen.tasks.push(e.startTime + e.duration); }).observe({ type: "longtask", buffered: true });
    });
    for (const width of [320, ...WIDTHS]) {
      const { page, heard, asked, close } = await open(width, {}, observe);
      await page.waitForTimeout(1200);
      const first = await page.evaluate(() => ({ shifts: [...window.seen.shifts], paint: window.seen.paint, idle: Math.max(0, ...window.seen.tasks, performance.timing.loadEventEnd - performance.timing.navigationStart) }));
      // Then read on, a window at a time.
      await page.evaluate(() => { window.seen.shifts.length = 0; });
      for (let i = 0; i < 40; i++) {
        await page.evaluate(() => scrollBy(0, innerHeight * 0.8));
        await page.waitForTimeout(25);
      }
      const scrolled = await page.evaluate(() => window.seen.shifts);
      found.push({ width, ...first, scrolled, heard, asked });
      await close();
    }
    return found;
  },

  async fitting() {
    const found = [];
    for (const [name, width, height] of [["320", 320, 568], ["390", 390, 844], ["820", 820, 1180], ["1440", 1440, 900], ["1440 at 200 %", 720, 450], ["1280 at 400 %", 320, 256]]) {
      const { page, close } = await open(width, { height });
      const asLoaded = await page.evaluate(() => document.scrollingElement.scrollWidth);
      await layOut(page);
      await unfold(page);
      // The longest answer the control can give.
      await page.evaluate(() => { const list = document.querySelector("form.as-of select"); list.value = list.options[list.options.length - 1].value; list.dispatchEvent(new Event("change", { bubbles: true })); });
      const seen = await page.evaluate(() => {
        const name = (e) => e.tagName.toLowerCase() + (e.id ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("") + ` in ${e.closest("[id]")?.id}: ${e.textContent.trim().slice(0, 60)}`;
        const scroller = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return p; return null; };
        const out = [], clipped = [];
        for (const e of document.body.querySelectorAll("*")) {
          if (!e.checkVisibility() || e.closest(".skip, .visually-hidden, svg, .as-of-result a")) continue;
          const box = e.getBoundingClientRect();
          if (box.width === 0 || scroller(e)) continue;
          if (box.right > innerWidth + 0.5 || box.left < -0.5) out.push(`${name(e)} (${Math.round(box.left)} to ${Math.round(box.right)})`);
          const style = getComputedStyle(e);
          if (/hidden|clip/.test(style.overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1) clipped.push(`${name(e)} (${e.scrollWidth} in ${e.clientWidth})`);
          // Text that runs out of its own box, over what stands beside it. The chapters stand out of main on purpose; each is measured itself.
          else if (!e.matches("main") && style.display !== "inline" && style.overflowX === "visible" && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 2 && !/grid|flex/.test(style.display)) out.push(`${name(e)} (${e.scrollWidth} in ${e.clientWidth})`);
        }
        scrollTo(0, document.querySelector("form.as-of").getBoundingClientRect().top + scrollY + 200);
        const stuck = [...document.querySelectorAll("form.as-of")].filter((f) => getComputedStyle(f).position === "sticky").map((f) => f.offsetHeight);
        return { wide: document.scrollingElement.scrollWidth, out, clipped, stuck: Math.max(0, ...stuck) };
      });
      found.push({ name, width, height, asLoaded, ...seen });
      await close();
    }
    return found;
  },

  async withoutScripts() {
    const { page, heard, asked, close } = await open(820, { javaScriptEnabled: false });
    const seen = await page.evaluate(() => {
      const visible = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length).length;
      const both = (selector) => ({ all: document.querySelectorAll(selector).length, visible: visible(selector) });
      return {
        script: document.documentElement.classList.contains("js"),
        cards: both(".card"), verdicts: both(".card .verdict"), evidence: both(".card .evidence li"), contents: both("nav.contents > ol > li > a"),
        passages: both("mark.anchor"), notes: both(".note"), figures: both("main figure"), sources: both(".bibliography li"),
        controls: both("form.as-of, form.as-of input, form.as-of select, button.theme, .tools button"),
        height: document.scrollingElement.scrollHeight,
      };
    });
    // A link and a fold work by themselves.
    await page.goto(`${address}#C07`);
    seen.jumped = await page.evaluate(() => Math.round(document.getElementById("C07").getBoundingClientRect().top));
    const fold = page.locator("details.translation > summary").first();
    await fold.scrollIntoViewIfNeeded();
    await fold.click();
    seen.unfolded = await page.evaluate(() => document.querySelector("details.translation p").checkVisibility());
    await close();
    return { ...seen, heard, asked };
  },

  async keyboard() {
    const { page, heard, asked, close } = await open(1440);
    const stops = [];
    await page.evaluate(() => {
      window.stop = () => {
        const e = document.activeElement;
        if (!e || e === document.body || e === document.documentElement) return null;
        const all = [...e.getClientRects()].filter((r) => r.width && r.height);
        const style = getComputedStyle(e);
        const free = all.some((r) => [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8]].some(([x, y]) => {
          const top = document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);
          return top && (top === e || e.contains(top) || top.contains(e));
        }));
        return {
          is: e.tagName.toLowerCase() + [...e.classList].map((c) => `.${c}`).join(""), id: e.id, href: e.getAttribute("href"), within: e.closest(".card, .note, form, nav, figure, section[id], header, footer")?.id ?? "",
          card: Boolean(e.closest(".card")), label: (e.getAttribute("aria-label") ?? e.textContent).trim().slice(0, 60),
          focusRing: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, opacity: Number(style.opacity), free,
        };
      };
    });
    let endless = true;
    const step = async (key) => { await page.keyboard.press(key); return page.evaluate(() => window.stop()); };
    for (let i = 0; i < 5000; i++) {
      const at = await step("Tab");
      if (!at) { endless = false; break; }
      stops.push(at);
    }
    const focusable = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled).length);

    // The skip link leads to the text.
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.goto(address);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const skipped = await page.evaluate(() => document.activeElement.id);

    const state = () => page.evaluate(() => {
      const card = document.getElementById("C30");
      const seen = (e) => e.checkVisibility({ visibilityProperty: true });
      return {
        shown: [...card.querySelectorAll(".verdict[data-axis=outcome]")].filter(seen).map((e) => ({ word: e.textContent, mark: getComputedStyle(e, "::before").maskImage.slice(0, 400) })),
        evidence: Object.fromEntries([...card.querySelectorAll(".evidence li")].map((li) => [li.dataset.knownOn, seen(li)])),
        summary: card.querySelector(".evidence summary").textContent,
        marks: [...document.querySelectorAll("mark.anchor[data-claim=C30], .note[data-claim=C30] .verdict[data-when=lead]")].map((e) => ({ axis: e.dataset.axis, word: e.dataset.verdict })),
        late: [...document.querySelectorAll(".card .evidence li")].filter(seen).map((li) => li.dataset.knownOn).sort().at(-1),
        said: document.getElementById("announce").textContent,
        region: document.getElementById("announce").getAttribute("role"),
        written: document.querySelector(".as-of-result").textContent,
        slider: document.querySelector("form.as-of input").value, list: document.querySelector("form.as-of select").value,
        valueText: document.querySelector("form.as-of input").getAttribute("aria-valuetext"),
        others: [...document.querySelectorAll("form.as-of")].map((f) => `${f.querySelector("input").value}/${f.querySelector("select").value}`),
      };
    });
    const days = await page.evaluate(() => JSON.parse(document.getElementById("timeline").textContent).days);
    const asOf = { days, before: await state() };
    await page.locator("form.as-of input").first().focus();
    await page.keyboard.press("Home");
    asOf.first = await state();
    asOf.walked = [];
    for (const _ of days.slice(1)) { await page.keyboard.press("ArrowRight"); asOf.walked.push(await state()); }
    await page.keyboard.press("Tab");
    asOf.next = await page.evaluate(() => document.activeElement.id);
    await page.keyboard.press("Home");
    asOf.reset = await state();
    await page.keyboard.press("ArrowDown");
    asOf.byList = await state();

    // A source's entry opens on focus and closes on Escape.
    const box = () => page.evaluate(() => { const e = document.getElementById("preview"); return { open: e.checkVisibility(), text: e.textContent.trim().length, described: document.activeElement.getAttribute("aria-describedby") }; });
    await page.locator("main a.cite").first().focus();
    const preview = { focused: await box() };
    await page.keyboard.press("Escape");
    preview.escaped = await box();

    // The switch between light and dark, by key; and the table, taken away as a file.
    const scheme = () => page.evaluate(() => ({ paper: getComputedStyle(document.body).backgroundColor, pressed: document.querySelector(".theme").getAttribute("aria-pressed") }));
    const theme = [await scheme()];
    await page.locator("button.theme").focus();
    await page.keyboard.press("Enter");
    theme.push(await scheme());
    await page.evaluate(() => document.querySelector("figure.table details.data, details.data").querySelector("summary").focus());
    await page.keyboard.press("Enter");
    const coming = page.waitForEvent("download");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const download = await coming;
    const table = { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8").slice(0, 2000) };
    await close();
    return { stops, endless, focusable, skipped, asOf, preview, theme, table, heard, asked };
  },

  async paper() {
    const { page, heard, asked, close } = await open(658, { height: 930, colorScheme: "dark" });
    await page.evaluate(() => addEventListener("beforeprint", () => {
      window.printed = {
        shut: [...document.querySelectorAll("details:not([open], .code, .data)")].length,
        folds: document.querySelectorAll("details:not(.code, .data)").length,
      };
    }));
    const pdf = await page.pdf({ preferCSSPageSize: true, path: join(pictures, "printed.pdf"), tagged: true });
    const printed = await page.evaluate(() => window.printed);
    printed.shutAgain = await page.evaluate(() => document.querySelectorAll("details.translation:not([open])").length > 0);
    await page.emulateMedia({ media: "print" });
    const seen = await page.evaluate(() => {
      const visible = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({ visibilityProperty: true })).length;
      const both = (selector) => ({ all: document.querySelectorAll(selector).length, visible: visible(selector) });
      return {
        bars: both(".as-of, .theme, .skip, nav.contents, .tools, .preview, .permalink"),
        cards: both(".card"), evidence: both(".card .evidence li"), notes: both(".note"), figures: both("main figure"),
        paper: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
        stuck: [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && /sticky|fixed/.test(getComputedStyle(e).position)).length,
        wide: document.scrollingElement.scrollWidth, width: innerWidth,
      };
    });
    await close();
    return { ...seen, printed, bytes: pdf.length, heard, asked };
  },

  async pictures() {
    const taken = [];
    const shoot = async (page, name) => {
      for (const [part, selector] of [["front", "#top"], ["article", ".annotated"], ["card", "#C07"]]) {
        await page.evaluate((s) => document.querySelector(s).scrollIntoView({ block: "start" }), selector);
        await page.waitForTimeout(80);
        const path = join(pictures, `${name}-${part}.png`);
        await page.screenshot({ path });
        taken.push(path);
      }
    };
    for (const width of WIDTHS) for (const colorScheme of SCHEMES) {
      const { page, close } = await open(width, { colorScheme });
      await shoot(page, `${width}-${colorScheme}`);
      await close();
    }
    const { page, close } = await open(658, { height: 930 });
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await shoot(page, "print");
    await close();
    return taken;
  },
};

// The times are taken alone; after that two readers read at once.
const seen = { chromium: browser.version(), took: {} };
const queue = Object.keys(looks).filter((name) => !only || only.split(",").includes(name));
async function take(name) {
  const start = Date.now();
  try { seen[name] = await looks[name](); }
  catch (error) { seen[name] = { broke: String(error.stack ?? error) }; }
  seen.took[name] = Date.now() - start;
}
async function reader() { for (let name; (name = queue.shift()); ) await take(name); }
if (queue.includes("loading")) { queue.splice(queue.indexOf("loading"), 1); await take("loading"); }
await Promise.all([reader(), reader()]);
await browser.close();
process.stdout.write(JSON.stringify(seen));
