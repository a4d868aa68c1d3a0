// Passkeys on our own pages, and handing a sign-in over to the page that opened this window.
"use strict";

const ask = async (path, body) => {
  const answer = await fetch(`/api/v1/passkeys${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
};

const enter = async (site, next) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await ask("/question", { site }));
  const credential = await navigator.credentials.get({ publicKey });
  return ask("/session", { credential: credential.toJSON(), next });
};

const register = async (site, next) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await ask("/new", { site }));
  const credential = await navigator.credentials.create({ publicKey });
  return ask("", { credential: credential.toJSON(), next });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.hidden = true;
    try {
      const way = event.submitter?.value === "new" ? register : enter;
      const { next } = await way(form.dataset.site || null, form.dataset.next);
      location.assign(next);
    } catch (error) {
      // NotAllowedError: its owner said no, or the device has no passkey for us.
      problem.textContent = error.name === "NotAllowedError" ? form.dataset.declined : error.message;
      problem.hidden = false;
    }
  });
}

const tokens = document.getElementById("tokens");
if (tokens && window.opener) {
  const { origin, site, access, refresh, expiresIn } = tokens.dataset;
  const message = { type: "belowline:session", site, access, refresh, expires_in: Number(expiresIn) };
  window.opener.postMessage(message, origin);
  window.close();
}
