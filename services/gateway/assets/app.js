// What a page does beyond links and forms: keys, the live list, words that point at each other, copying.
"use strict";
(() => {
  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wide = matchMedia("(min-width: 1400px)");
  const fill = (words, value) => words.replace("{}", value);

  // Copying
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.firstChild;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText($(button.dataset.copy).textContent.trim());
      label.textContent = body.dataset.copied + " ";
    } catch {
      getSelection().selectAllChildren($(button.dataset.copy));
      label.textContent = body.dataset.copyFailed + " ";
    }
    setTimeout(() => { label.textContent = before; }, 2000);
  });

  // A value lights its words up, and words their values.
  const light = (event, on) => {
    const at = event.target.closest?.("[data-of], [data-proves]");
    if (!at) return;
    const article = at.closest("article");
    const tokens = (at.dataset.of ?? at.dataset.proves).split(" ");
    at.classList.toggle("lit", on);
    for (const token of tokens) {
      $$(`[data-proves~="${token}"], [data-of="${token}"]`, article).forEach((other) => other.classList.toggle("lit", on));
    }
  };
  for (const [type, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(type, (event) => light(event, on));
  }

  // The pane of a wide window
  const pane = $("#pane");
  const split = () => Boolean(pane && wide.matches);
  const show = (row) => {
    const link = row && $("a", row);
    if (!link) return;
    $$(".row.shown").forEach((other) => other.classList.remove("shown"));
    row.classList.add("shown");
    htmx.ajax("GET", link.getAttribute("href"), { target: "#pane", select: "#opportunity", swap: "innerHTML show:none" })
      .then(() => { pane.scrollTop = 0; });
  };
  const fit = () => {
    document.documentElement.classList.toggle("split", split());
    if (split() && !$("#opportunity")) show($(".row"));
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || !split() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(row);
  });

  // The live list: the page is fetched again and its rows are taken over, without moving what is pointed at or focused.
  let waiting = null;
  let pointed = null;
  document.addEventListener("pointerover", (event) => { pointed = event.target.closest?.(".row") ?? null; });
  document.addEventListener("pointerleave", () => { pointed = null; });
  const anchor = () => document.activeElement?.closest?.(".row") ?? (pointed?.isConnected ? pointed : null);

  const refresh = async () => {
    waiting = null;
    if (document.hidden || !$("#rows")) return;
    const here = location.pathname + location.search;
    const response = await fetch(here, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok || here !== location.pathname + location.search) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    take(fresh, false);
  };

  const take = (fresh, all) => {
    const rows = $("#rows");
    for (const id of ["bar", "foot"]) {
      const [old, now] = [$("#" + id), fresh.getElementById(id)];
      if (!old || !now || old.contains(document.activeElement) || $("details[open]", old)) continue;
      old.replaceWith(document.adoptNode(now));
      htmx.process($("#" + id));
    }
    const arrived = $$("#rows > .row", fresh);
    const still = all ? null : anchor();
    const ids = new Set(arrived.map((row) => row.id));
    let held = 0;
    let before = still !== null && (ids.has(still.id) || rows.contains(still));
    let place = null;
    for (const row of arrived) {
      const known = document.getElementById(row.id);
      if (known && still && known.id === still.id) before = false;
      if (!known && before) { held += 1; continue; }
      const now = known ?? document.adoptNode(row);
      if (!known) now.classList.add("arrived");
      else if (known.dataset.revision !== row.dataset.revision) {
        const link = $("a", known);
        link.innerHTML = $("a", row).innerHTML;
        known.className = row.className + (known.classList.contains("shown") ? " shown" : "");
        known.dataset.revision = row.dataset.revision;
      } else $("time", known).textContent = $("time", row).textContent;
      if (!before && now !== still) place ? place.after(now) : rows.prepend(now);
      if (!before) place = now;
    }
    const whole = !$("#rows > .more", fresh);
    for (const row of $$("#rows > .row")) {
      const gone = whole && !ids.has(row.id);
      if (gone && row !== still) row.remove();
      else row.classList.toggle("gone", gone);
    }
    if (arrived.length) $("#empty")?.remove();
    const button = $("#fresh");
    button.hidden = held === 0;
    button.textContent = held ? fill(body.dataset.new, held) : "";
    button.onclick = () => { take(fresh, true); scrollTo({ top: 0 }); };
    $("#said").textContent = held ? button.textContent : "";
    fit();
  };
  const soon = () => { waiting ??= setTimeout(refresh, 400); };

  const live = $("#live");
  if (live) {
    const state = $("#live-state");
    live.addEventListener("sse:opportunities.stored", (event) => {
      if ($("#rows")) soon();
      const article = $("#opportunity");
      const id = article?.dataset.id;
      if (!id || getSelection().toString() || article.contains(document.activeElement)) return;
      if (JSON.parse(event.detail.data).items.some((item) => item.opportunity_id === id)) {
        htmx.ajax("GET", `/opportunities/${id}`, { target: article, select: "#opportunity", swap: "outerHTML show:none" });
      }
    });
    live.addEventListener("htmx:sseOpen", () => {
      document.documentElement.classList.remove("stale");
      state.textContent = state.dataset.live;
    });
    live.addEventListener("htmx:sseError", () => {
      if (document.documentElement.classList.contains("stale")) return;
      document.documentElement.classList.add("stale");
      const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      state.textContent = fill(body.dataset.paused, now);
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  }

  // The way back leads to the tab and filters that one came from.
  const memory = {
    get: (name) => { try { return sessionStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* no storage: the plain inbox */ } },
  };
  const back = $("#back");
  if (back) back.search = memory.get("inbox") ?? "";
  addEventListener("pagehide", () => { if ($("#rows")) memory.set("inbox", location.search); });

  // Keys
  const dialog = $("#keys");
  const choice = $("#keys-on");
  const stored = () => { try { return localStorage.getItem("keys"); } catch { return null; } };
  choice.checked = stored() !== "off";
  choice.addEventListener("change", () => {
    try { localStorage.setItem("keys", choice.checked ? "on" : "off"); } catch { /* private window */ }
  });
  const opener = $("#show-keys");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());

  const move = (step) => {
    const rows = $$(".row");
    const at = rows.indexOf(document.activeElement?.closest?.(".row") ?? $(".row.shown"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next) return;
    $("a", next).focus();
    if (split()) show(next);
  };
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: () => document.activeElement?.closest?.(".row a")?.click(),
    c: () => $("#copy-draft")?.click(),
    "/": () => $("#q")?.focus(),
    "?": () => dialog.showModal(),
    Escape: () => $("#back")?.click(),
  };
  for (const tier of ["1", "2", "3", "4"]) actions[tier] = () => $(`[data-tier="${tier}"]`)?.click();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing && event.key === "Escape") return typing.blur();
    if (typing || dialog.open || !choice.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  wide.addEventListener("change", fit);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.id === "listing") fit(); });
  fit();
})();
