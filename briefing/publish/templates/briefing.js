/* What the page can do beyond being read: nothing here is needed to read it. No network, no storage but the theme. */
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const $ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
  const store = {
    get() { try { return localStorage.getItem("briefing-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("briefing-theme", value); } catch { /* private windows refuse */ } },
  };
  if (["light", "dark"].includes(store.get())) root.dataset.theme = store.get();

  /* The faces are in this file, yet browsers decode them late: hold the first paint for them, so that no line moves. */
  root.classList.add("waiting");
  const ready = () => root.classList.remove("waiting");
  Promise.allSettled([...document.fonts].map((face) => face.load())).then(ready);
  setTimeout(ready, 1000);

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    contents();
    passages();
    tables();
    scrollers();
    previews();
    asOf();
    printing();
  });

  function theme() {
    const [button] = $(".theme");
    const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const show = () => button.setAttribute("aria-pressed", String(dark()));
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      store.set(root.dataset.theme);
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  }

  /* The contents follow the scroll: the last heading above the upper third of the window is where we are.
     Only the section in view is measured, so that the others need not be laid out. */
  function contents() {
    const links = new Map($("nav.contents a").map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
    const sections = $("main > section").map((section) => [section, $("h2, h3", section).filter((h) => links.has(h.id))]);
    const above = (element) => element.getBoundingClientRect().top < innerHeight / 3;
    let waiting = false;
    const follow = () => {
      waiting = false;
      const [, headings] = sections.findLast(([section]) => above(section)) ?? [null, []];
      const here = links.get((headings.findLast(above) ?? headings[0])?.id);
      for (const link of links.values()) {
        if (link === here) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(follow); } }, { passive: true });
    follow();
  }

  /* A passage and its note light up together. */
  function passages() {
    for (const part of $("mark.anchor, .note")) {
      const pair = () => $(`.annotated [data-claim="${CSS.escape(part.dataset.claim)}"]`, part.closest("section.passage") ?? document);
      const light = (on) => (event) => { event.stopPropagation(); pair().forEach((e) => e.classList.toggle("lit", on)); };
      part.addEventListener("mouseover", light(true));
      part.addEventListener("mouseout", light(false));
      part.addEventListener("focusin", light(true));
      part.addEventListener("focusout", light(false));
    }
  }

  function tables() {
    for (const holder of $("figure.table, details.data")) {
      const table = holder.querySelector("table");
      if (!table) continue;
      const name = ((holder.matches("figure") ? holder : holder.previousElementSibling)?.id || "table") + ".csv";
      const copy = make("button", { type: "button", textContent: "Copy" });
      const save = make("button", { type: "button", textContent: "Download CSV" });
      copy.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(csv(table)); announce("Table copied"); copy.textContent = "Copied"; }
        catch { announce("The browser does not allow copying from this page"); copy.textContent = "Not allowed"; }
      });
      save.addEventListener("click", () => {
        const address = URL.createObjectURL(new Blob(["\ufeff", csv(table)], { type: "text/csv;charset=utf-8" }));
        const link = make("a", { href: address, download: name });
        link.click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
      });
      const tools = make("div", { className: "tools" });
      tools.append(copy, save);
      if (holder.matches("details")) holder.firstElementChild.after(tools);
      else { const fold = make("details", { className: "data" }); fold.append(make("summary", { textContent: "Take the table" }), tools); holder.append(fold); }
    }
  }

  function csv(table) {
    return [...table.rows].map((row) => [...row.cells].map(csvCell).join(",")).join("\r\n") + "\r\n";
  }

  function csvCell(cell) {
    let text = cell.textContent.replace(/\s+/g, " ").trim();
    if (/^[-+\u2212]?\d[\d,\u202f\u00a0]*(\.\d+)?$/.test(text)) return text.replace("\u2212", "-").replace(/[,\u202f\u00a0]/g, "");
    /* A spreadsheet would run these as formulas. */
    if (/^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /* What scrolls sideways can be reached with the keyboard, what does not is no stop on the way. */
  function scrollers() {
    const watch = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        const over = target.scrollWidth > target.clientWidth;
        target.toggleAttribute("tabindex", over);
        if (over) target.setAttribute("tabindex", "0");
        if (!over || target.hasAttribute("role")) continue;
        target.setAttribute("role", "group");
        target.setAttribute("aria-label", (target.closest("figure") ?? target.previousElementSibling)?.querySelector(".label")?.textContent ?? "Table");
      }
    });
    $(".drawing, .scroll, details.data").forEach((element) => watch.observe(element));
  }

  /* The entry of a source beside its number, on hover and focus; Escape closes it, the pointer may enter it. */
  function previews() {
    const box = document.getElementById("preview");
    let owner = null;
    let timer = 0;
    const hide = () => { clearTimeout(timer); box.hidden = true; owner?.removeAttribute("aria-describedby"); owner = null; };
    const later = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };
    const show = (link) => {
      const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!entry) return;
      hide();
      owner = link;
      box.replaceChildren(...[...entry.children].filter((e) => !e.matches(".backlinks")).map((e) => e.cloneNode(true)));
      $("a", box).forEach((a) => a.replaceWith(...a.childNodes));
      box.hidden = false;
      const at = link.getBoundingClientRect();
      const room = innerWidth - box.offsetWidth - 12;
      box.style.left = `${Math.max(12, Math.min(at.left - 20, room))}px`;
      box.style.top = `${at.bottom + box.offsetHeight + 12 < innerHeight ? at.bottom + 6 : Math.max(6, at.top - box.offsetHeight - 6)}px`;
      link.setAttribute("aria-describedby", "preview");
    };
    for (const link of $("a.cite")) {
      link.removeAttribute("title");
      link.addEventListener("mouseenter", () => show(link));
      link.addEventListener("focus", () => show(link));
      link.addEventListener("mouseleave", later);
      link.addEventListener("blur", hide);
    }
    box.addEventListener("mouseenter", () => clearTimeout(timer));
    box.addEventListener("mouseleave", later);
    addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    addEventListener("scroll", () => { if (owner && owner !== document.activeElement) hide(); }, { passive: true });
  }

  function announce(text) { document.getElementById("announce").textContent = text; }

  /* Verdicts and evidence as known on a day; without a choice, the words then and today stand side by side. */
  function asOf() {
    const data = document.getElementById("timeline");
    const forms = $("form.as-of");
    if (!data || !forms.length) return;
    const { then, days, claims } = JSON.parse(data.textContent);
    const state = (id, axis, day) => (claims[id]?.[axis] ?? []).findLast(([from]) => from <= day)?.slice(1) ?? ["", ""];
    for (const span of $("[data-claim] .verdict[data-when=lead], mark.anchor")) span.dataset.was = span.dataset.verdict;
    for (const dd of $(".card .verdicts dd")) dd.append(make("span", { className: "asof", hidden: true }));

    const verdict = (axis, word) => {
      const span = make("span", { className: "verdict", textContent: word });
      span.dataset.axis = axis;
      span.dataset.verdict = word;
      return span;
    };
    const put = (element, word) => {
      element.dataset.verdict = word;
      if (element.matches(".verdict")) element.textContent = word;
      else element.querySelector(":scope > a.ref")?.setAttribute("aria-label", `${Number(element.dataset.claim.slice(1))}: note ${element.dataset.claim}: ${word}`);
    };

    function choose(day) {
      for (const element of $("[data-was]")) {
        const id = element.closest("[data-claim]").dataset.claim;
        put(element, day === null ? element.dataset.was : state(id, element.dataset.axis, day)[0] || "no evidence");
      }
      for (const dd of $(".card .verdicts dd")) {
        const slot = dd.querySelector(".asof");
        for (const other of dd.children) other.hidden = (other === slot) === (day === null);
        const axis = dd.querySelector(".verdict")?.dataset.axis;
        if (day === null || !axis) continue;
        const [word, confidence] = state(dd.closest("[data-claim]").dataset.claim, axis, day);
        slot.replaceChildren(word ? verdict(axis, word) : "not yet rated", confidence ? make("span", { className: "confidence", textContent: ` ${confidence} confidence` }) : "");
      }
      for (const list of $(".card .evidence")) {
        const items = $("li", list);
        let known = 0;
        for (const item of items) {
          item.hidden = day !== null && item.dataset.knownOn > days[day].iso;
          known += item.hidden ? 0 : 1;
        }
        list.querySelector("summary").textContent = known === items.length ? `Evidence (${known})` : `Evidence (${known} of ${items.length} known by then)`;
      }
      const moved = day === null ? [] : Object.keys(claims).filter((id) => Object.keys(claims[id]).some((axis) => state(id, axis, day)[0] !== state(id, axis, then)[0]));
      const text = day === null ? "Verdicts then and today." : `As known on ${days[day].text}: ` + (day === then ? "the day the article speaks from." : moved.length ? `${moved.length} of ${Object.keys(claims).length} claims differ from ${days[then].text}: ` : `no verdict differs from ${days[then].text}.`);
      for (const form of forms) {
        const [slider] = $("input", form);
        const [list] = $("select", form);
        slider.value = day ?? days.length - 1;
        slider.setAttribute("aria-valuetext", days[slider.value].text);
        list.value = day ?? "";
        const links = moved.flatMap((id, i) => [i ? ", " : "", make("a", { href: `#${id}`, textContent: id })]);
        $(".as-of-result", form)[0].replaceChildren(text, ...links);
      }
      announce(text + moved.join(", "));
    }

    for (const form of forms) {
      form.addEventListener("submit", (event) => event.preventDefault());
      $("input", form)[0].addEventListener("input", (event) => choose(Number(event.target.value)));
      $("select", form)[0].addEventListener("change", (event) => choose(event.target.value === "" ? null : Number(event.target.value)));
      $(".as-of-result", form)[0].textContent = "Verdicts then and today.";
    }
  }

  /* On paper folds stand open, save the code and the data, which the style sheet leaves out. */
  function printing() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = $("details:not([open], .code, .data)");
      opened.forEach((fold) => { fold.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((fold) => { fold.open = false; }));
  }
})();
