// Small improvements; every page is complete without them.
// 1. Search page: a change of a filter fetches the same URL and swaps the search region in place.
// 2. Search boxes: suggestions, by the combobox pattern of the ARIA practices.

const SEARCH = "search";

function address(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => String(value).trim() !== "");
  const query = new URLSearchParams(pairs).toString();
  return form.action + (query ? `?${query}` : "");
}

// What must survive a swap: which groups stand open, and where the focus is.
function place(region) {
  const open = new Map([...region.querySelectorAll("details[data-key], #drawer")].map((d) => [d.dataset.key ?? d.id, d.open]));
  const focus = document.activeElement;
  const held = focus && region.contains(focus) ? { name: focus.name, value: focus.type === "checkbox" ? focus.value : null } : null;
  return { open, held, scroll: region.querySelector(".side")?.scrollTop ?? 0 };
}

// What is written in the fields, by their names.
function written(region) {
  return new Map([...region.querySelectorAll('input:not([type="checkbox"], [type="hidden"])')].map((e) => [e.name, e.value]));
}

// What was written while the answer was under way stays written.
function keep(region, next, before) {
  for (const [name, value] of written(region)) {
    const field = next.querySelector(`input[name="${CSS.escape(name)}"]:not([type="checkbox"], [type="hidden"])`);
    if (field && before.get(name) !== value) field.value = value;
  }
}

function restore(region, { open, held }, toResults) {
  for (const details of region.querySelectorAll("details[data-key], #drawer")) {
    const was = open.get(details.dataset.key ?? details.id);
    if (was) details.open = true;
  }
  if (toResults) {
    const title = document.getElementById("results-title");
    title.focus();
    title.scrollIntoView({ block: "nearest" });
  } else if (held?.name) {
    const same = [...region.querySelectorAll(`[name="${CSS.escape(held.name)}"]`)].find((e) => held.value === null || e.value === held.value);
    for (let d = same?.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    same?.focus({ preventScroll: true });
  }
}

let latest = 0;

async function swap(url, { push = true, toResults = false } = {}) {
  const region = document.getElementById(SEARCH);
  const ticket = ++latest;
  const before = written(region);
  region.setAttribute("aria-busy", "true");
  let page;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    location.assign(url);
    return;
  }
  if (ticket !== latest) return;
  const next = page.getElementById(SEARCH);
  if (!next) {
    location.assign(url);
    return;
  }
  const kept = place(region);
  keep(region, next, before);
  region.replaceWith(document.adoptNode(next));
  restore(next, kept, toResults);
  document.title = page.title;
  if (push) history.pushState({ search: true }, "", url);
  const box = document.querySelector('.top input[name="q"]');
  const given = page.querySelector('.top input[name="q"]');
  if (box && given && box !== document.activeElement) box.value = given.value;
  const back = document.querySelector('.theme input[name="back"]');
  if (back) back.value = location.pathname + location.search;
  const told = ["results-title", "looked-up"].map((id) => document.getElementById(id)?.textContent);
  document.getElementById("announcer").textContent = told.filter(Boolean).join(". ");
}

function startSearch() {
  if (!document.getElementById(SEARCH)) return;
  history.replaceState({ search: true }, "");
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id === "filters" && event.target.type !== "search") swap(address(form));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "filters") return;
    event.preventDefault();
    const looksUp = event.submitter?.closest(".holds") || document.activeElement?.name === "look";
    swap(address(event.target), { toResults: !looksUp });
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest(".chips a, .sorts a, .paging a, .more-held a, .empty a");
    const form = document.getElementById("filters");
    if (!link || !form || new URL(link.href).pathname !== new URL(form.action).pathname) return;
    event.preventDefault();
    swap(link.href, { toResults: true });
  });
  window.addEventListener("popstate", () => swap(location.href, { push: false }));
}

function combobox(combo) {
  const input = combo.querySelector("input");
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.role = "listbox";
  list.hidden = true;
  list.setAttribute("aria-label", combo.dataset.label);
  combo.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  let active = -1;
  let timer = 0;
  let asked = "";

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const all = options();
    active = (index + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    close();
    if (option.dataset.url) {
      location.assign(option.dataset.url);
      return;
    }
    input.value = option.textContent;
    input.form.requestSubmit();
  };
  const show = (suggestions) => {
    list.replaceChildren(
      ...suggestions.map((suggestion, i) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${i}`;
        option.role = "option";
        option.dir = "auto";
        option.textContent = suggestion.text;
        option.setAttribute("aria-selected", "false");
        if (suggestion.url) option.dataset.url = suggestion.url;
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    if (text.length < 2) return close();
    try {
      const response = await fetch(`${combo.dataset.suggest}?${new URLSearchParams({ q: text })}`);
      if (response.ok && asked === text && document.activeElement === input) show((await response.json()).suggestions);
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (!list.hidden && event.key === "ArrowDown") {
      event.preventDefault();
      mark(active + 1);
    } else if (!list.hidden && event.key === "ArrowUp") {
      event.preventDefault();
      mark(active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      asked = input.value.trim();
      if (active >= 0) {
        event.preventDefault();
        take(options()[active]);
      } else close();
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) take(option);
  });
}

startSearch();
document.querySelectorAll(".combo").forEach(combobox);
