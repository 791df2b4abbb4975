// What a page does beyond links and forms: keys, the live list, words that point at each other, copying.
"use strict";
(() => {
  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wide = matchMedia("(min-width: 1400px)");
  // After htmx has taken over the forms: its own listener came first.
  const whenReady = (act) => document.addEventListener("DOMContentLoaded", act);
  const fill = (words, value) => words.replace("{}", value);

  // Copying
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = $(button.dataset.copy);
    const label = button.firstChild;
    const before = label.textContent;
    let said = body.dataset.copied;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      if (source.isConnected) getSelection().selectAllChildren(source);
      said = body.dataset.copyFailed;
    }
    if (button.dataset.busy) return;
    label.textContent = said + " ";
    setTimeout(() => { label.textContent = before; }, 2000);
  });

  // What is asked for is under way: its button says so, and nothing is asked twice.
  const buttons = (event) => {
    const from = event.detail.elt;
    return { form: from.closest("form"), button: from.matches("button") ? from : $("button[data-busy]", from) };
  };
  let asked = 0;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb === "post") asked += 1;
    const { form, button } = buttons(event);
    if (!form || !button || event.detail.requestConfig.verb !== "post") return;
    if (button.dataset.busy) {
      button.style.minWidth = `${button.offsetWidth}px`;
      button.dataset.label = button.innerHTML;
      button.textContent = button.dataset.busy;
    }
    $$("button", form).forEach((other) => { other.disabled = true; });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // The answer holds what the live stream tells of the same moment.
    if (event.detail.requestConfig.verb === "post") setTimeout(() => { asked -= 1; }, 0);
    const { form, button } = buttons(event);
    if (!form?.isConnected || event.detail.requestConfig.verb !== "post") return;
    $$("button", form).forEach((other) => { other.disabled = false; });
    if (button?.dataset.label) button.innerHTML = button.dataset.label;
    const status = event.detail.xhr?.status ?? 0;
    const hint = $(".hint", form);
    if (hint && (status === 0 || status >= 500)) hint.textContent = body.dataset.failed;
  });

  document.addEventListener("htmx:afterSettle", () => $("#notice")?.scrollIntoView({ block: "nearest" }));

  // Parts that open: the editor, the days for later.
  const toggle = (id, open) => {
    const part = document.getElementById(id);
    if (!part) return;
    part.hidden = !(open ?? part.hidden);
    $("#reply")?.classList.toggle("editing", !$("#edit")?.hidden);
    if (!part.hidden) $("textarea, button", part)?.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-opens], [data-closes]");
    if (button) toggle(button.dataset.opens ?? button.dataset.closes, button.dataset.closes ? false : undefined);
  });
  const editing = () => Boolean($("#edit:not([hidden])"));

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
    if (document.hidden) return;
    const here = location.pathname + location.search;
    const response = await fetch(here, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok || here !== location.pathname + location.search) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if ($("#rows")) take(fresh, false);
    else $("#sections").replaceWith(document.adoptNode(fresh.getElementById("sections")));
  };

  const take = (fresh, all) => {
    const rows = $("#rows");
    for (const id of ["bar", "foot", "sections"]) {
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
    let owed = false;
    // The opportunity that is open, as it stands now; never under the hands of who edits or reads it word by word.
    const renew = () => {
      const article = $("#opportunity");
      const free = !editing() && !getSelection().toString() && !article?.contains(document.activeElement);
      owed = !free;
      if (!free) return;
      const desk = $("#desk");
      if (desk) htmx.ajax("GET", location.pathname + location.search, { target: desk, select: "#desk", swap: "outerHTML show:none" });
      else if (article) htmx.ajax("GET", `/opportunities/${article.dataset.id}`, { target: article, select: "#opportunity", swap: "outerHTML show:none" });
    };
    live.addEventListener("sse:opportunities.stored", (event) => {
      soon();
      const shown = $("#opportunity")?.dataset;
      const changed = (item) => item.opportunity_id === shown?.id && item.revision > Number(shown?.revision);
      const items = JSON.parse(event.detail.data).items;
      if (asked === 0 && ($("#done") || items.some(changed))) renew();
    });
    document.addEventListener("focusout", () => setTimeout(() => { if (owed) renew(); }, 0));
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
  addEventListener("pagehide", () => {
    if (!$("#rows")) return;
    memory.set("inbox", location.search);
    memory.set("order", $$(".row a").map((link) => link.getAttribute("href")).join(" "));
  });

  // Its neighbours in the list that one came from.
  const steps = $("#steps");
  const order = (memory.get("order") ?? "").split(" ").filter(Boolean);
  const at = order.indexOf(location.pathname);
  if (steps && at >= 0) {
    steps.hidden = false;
    $("#step").textContent = fill(fill($("#step").dataset.said, at + 1), order.length);
    for (const [id, to] of [["previous", order[at - 1]], ["next", order[at + 1]]]) {
      const link = document.getElementById(id);
      if (to) link.href = to; else link.remove();
    }
  }

  // How many replies were handled, and in what time.
  const handled = () => {
    const done = $("#handled");
    const [count, since] = (memory.get("handled") ?? "0 0").split(" ").map(Number);
    if (!done || !count) return;
    const minutes = Math.max(1, Math.round((Date.now() - since) / 60000));
    done.textContent = fill(fill(done.dataset.said, count), minutes);
  };
  handled();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "desk" && event.detail.elt?.id !== "desk") return;
    const { verb, path } = event.detail.requestConfig ?? {};
    if (verb === "post" && event.detail.xhr?.status === 200) {
      const [count, since] = (memory.get("handled") ?? "0 0").split(" ").map(Number);
      const step = path.endsWith("/undo") ? -1 : path.endsWith("/edit") ? 0 : 1;
      memory.set("handled", `${Math.max(0, count + step)} ${count > 0 ? since : Date.now()}`);
    }
    handled();
  });

  // A message handed over by the bookmarklet stays in the fragment until it is read.
  const pasted = $("#pasted");
  if (pasted) {
    const given = location.hash.slice(1);
    if (given) {
      try { pasted.value = decodeURIComponent(given); } catch { pasted.value = given; }
      history.replaceState(null, "", location.pathname);
      whenReady(() => pasted.form.requestSubmit());
    }
    const mark = $("#bookmarklet");
    const read = `location.href='${location.origin}/paste#'+encodeURIComponent(String(getSelection()))`;
    if (mark) mark.href = `javascript:void(${read})`;
  }

  // A file dropped on its field.
  for (const zone of $$(".drop")) {
    const file = $("input[type=file]", zone);
    for (const [type, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.toggle("over", over); });
    }
    zone.addEventListener("drop", (event) => {
      file.files = event.dataTransfer.files;
      file.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

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
  const visible = (selector) => $$(selector).find((element) => element.offsetParent !== null && !element.disabled);
  const step = (id, by) => (split() ? move(by) : document.getElementById(id)?.click());
  const actions = {
    j: () => ($(".row") ? move(1) : scrollBy({ top: 120 })),
    k: () => ($(".row") ? move(-1) : scrollBy({ top: -120 })),
    o: () => (document.activeElement?.closest?.(".row a") ?? visible("[data-key=o]"))?.click(),
    n: () => visible("[data-go=n]")?.click(),
    p: () => { const proof = $("#proof"); if (proof) proof.open = !proof.open; },
    t: () => visible("[data-key=t]")?.click(),
    "[": () => step("previous", -1),
    "]": () => step("next", 1),
    "/": () => $("#q")?.focus(),
    "?": () => dialog.showModal(),
    Escape: () => $("#back")?.click(),
  };
  for (const tier of ["1", "2", "3", "4"]) actions[tier] = () => $(`[data-tier="${tier}"]`)?.click();
  for (const key of ["a", "e", "x", "s", "m", "u", "c", "*"]) actions[key] = () => visible(`[data-key="${key}"]`)?.click();
  let going = -Infinity;
  whenReady(() => document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox], [type=file]), textarea, select, [contenteditable]");
    if (typing && event.key === "Escape") {
      typing.blur();
      for (const part of ["edit", "later"]) if (document.getElementById(part)?.contains(typing)) toggle(part, false);
      return undefined;
    }
    if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return typing.form?.requestSubmit();
    if (typing || dialog.open || !choice.checked || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const goes = event.timeStamp - going < 1500 && $(`[data-go="${event.key}"]`);
    going = event.key === "g" ? event.timeStamp : -Infinity;
    if (event.key === "Escape" && (editing() || $("#later:not([hidden])"))) return ["edit", "later"].forEach((part) => toggle(part, false));
    const action = goes ? () => goes.click() : actions[event.key];
    if (!action) return undefined;
    event.preventDefault();
    return action();
  }));

  wide.addEventListener("change", fit);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.id === "listing") fit(); });
  fit();
})();
