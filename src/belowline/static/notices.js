// On /following: the switch for notices that the browser shows. Nothing is asked before it is clicked.
"use strict";

const box = document.querySelector("[data-push]");

const call = async (method, body) => {
  const headers = body ? { "content-type": "application/json" } : {};
  const answer = await fetch("/api/v1/push", { method, headers, body: body && JSON.stringify(body) });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
};

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const start = async () => {
  // First of all: Safari asks its reader only while the click is fresh.
  if ((await Notification.requestPermission()) !== "granted") throw new DOMException("", "NotAllowedError");
  const { key } = await call("GET");
  const worker = await navigator.serviceWorker.register("/push.js");
  await navigator.serviceWorker.ready;
  const old = await worker.pushManager.getSubscription();
  await old?.unsubscribe(); // it may be of another key
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  await call("POST", { endpoint, keys });
};

const stop = async () => {
  await call("DELETE");
  const worker = await navigator.serviceWorker.getRegistration("/push.js");
  const made = await worker?.pushManager.getSubscription();
  await made?.unsubscribe();
};

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  const [on, off] = box.querySelectorAll("button");
  const problem = box.querySelector(".problem");
  const show = (isOn) => {
    on.hidden = isOn;
    off.hidden = !isOn;
  };
  const click = (work, isOn) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    problem.hidden = true;
    try {
      await work();
      show(isOn);
      (isOn ? off : on).focus();
    } catch (error) {
      // NotAllowedError: the reader, or the browser for them, said no.
      problem.textContent = error.name === "NotAllowedError" ? box.dataset.declined : error.message;
      problem.hidden = false;
    }
    button.disabled = false;
  };
  on.addEventListener("click", click(start, true));
  off.addEventListener("click", click(stop, false));
  show(box.dataset.push === "on");
  box.hidden = false;
}
