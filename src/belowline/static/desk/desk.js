// The desk's keys, "all on this page", and the claim that is renewed while somebody works. All of it works without.
"use strict";

const IDLE_MS = 120_000; // who has touched nothing for so long has gone: the claim runs out by itself
const RENEW_MS = 15_000;
let touched = Date.now();

const all = (what) => [...document.querySelectorAll(what)];
const typing = (one) => one instanceof Element && one.closest("input:not([type=checkbox], [type=radio]), textarea, select");
const rows = () => all("[data-rows] .row");

const go_to = (row) => {
  if (!row) return;
  for (const one of rows()) one.classList.toggle("here", one === row);
  row.querySelector("a.open").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const list = rows();
  const at = list.findIndex((one) => one.classList.contains("here"));
  go_to(list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))]);
};

const reason_is_chosen = () => document.querySelector("#reasons input:checked") !== null;

const press = (one) => {
  if (one.matches("textarea, input:not([type=radio], [type=checkbox])")) return one.focus();
  if (one.matches("[data-needs-reason]") && !reason_is_chosen()) {
    document.querySelector("#reasons").classList.add("asked");
    return document.querySelector("#reasons").focus();
  }
  return one.click();
};

const seek = () => {
  const field = document.querySelector("input[type=search]");
  if (field) field.focus();
  else document.querySelector("a[data-search]").click();
};

// The list of keys, over the page, so that nothing scrolls; closed, the focus is where it was.
let before = null;
const keys = () => document.querySelector("#keys");
const show_keys = (open) => {
  if (open) before = document.activeElement;
  keys().open = open;
  if (open) keys().querySelector("summary").focus({ preventScroll: true });
  else if (before && before !== document.body) before.focus({ preventScroll: true });
  else document.activeElement?.blur();
};

document.addEventListener("keydown", (event) => {
  touched = Date.now();
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (event.key === "Escape" && keys().open) return show_keys(false);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const here = document.querySelector(".row.here");
  const own = {
    j: () => step(1),
    k: () => step(-1),
    x: () => here?.querySelector("input[type=checkbox]:not(:disabled)")?.click(),
    o: () => here?.querySelector("a.open").click(),
    "/": seek,
    "?": () => show_keys(!keys().open),
  };
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked && !marked.matches(":disabled")) press(marked);
  else if (own[event.key]) own[event.key]();
  else return;
  event.preventDefault();
});

document.addEventListener("pointermove", () => { touched = Date.now(); }, { passive: true });

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-all]")) return;
  for (const one of all("[data-rows] input[type=checkbox]:not(:disabled)")) one.checked = event.target.checked;
});

// The claim: renewed while somebody works here; where another has it, or has decided, nothing can be sent from here.
const follow = () => {
  const taken = document.querySelector("#claim[data-taken]") !== null;
  for (const one of all("[data-decide]")) if (!one.hasAttribute("data-closed")) one.disabled = taken;
};
document.addEventListener("htmx:afterSettle", follow);
setInterval(() => {
  if (document.visibilityState === "visible" && Date.now() - touched < IDLE_MS) document.querySelector("#claim")?.dispatchEvent(new Event("renew"));
}, RENEW_MS);

// Back from one of the list: go on from there, once the browser has gone to the fragment, which takes the focus away;
// not where a key was quicker, or what it chose would lose its place.
addEventListener("load", () => setTimeout(() => {
  if (!document.querySelector(".row.here")) go_to(rows().find((row) => `#${row.id}` === location.hash));
}));

for (const one of all("label.all[hidden]")) one.hidden = false;

document.addEventListener("change", ({ target }) => {
  // said before an hour of uploading; the server says it too
  if (!target.matches("input[type=file][data-most]")) return;
  const large = target.files[0]?.size > Number(target.dataset.most);
  target.setCustomValidity(large ? "This file is too large to be uploaded here." : "");
  target.reportValidity();
});
