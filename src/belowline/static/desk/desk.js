// The desk's keys, "all on this page", and the claim that is renewed while somebody works. All of it works without.
"use strict";

const typing = (one) => one instanceof Element && one.closest("input:not([type=checkbox]), textarea, select") !== null;

document.addEventListener("change", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches("[data-all]")) return;
  for (const one of document.querySelectorAll("[data-rows] input[type=checkbox]:not(:disabled)")) one.checked = event.target.checked;
});

for (const one of document.querySelectorAll("label.all[hidden]")) one.hidden = false;
