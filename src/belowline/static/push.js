// The service worker: shows a notice, and opens its page when it is clicked. It sees and keeps nothing else.
"use strict";

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // an empty message: browsers want something shown all the same
  }
  const { title = self.location.host, url = "/notifications", tag } = said;
  event.waitUntil(self.registration.showNotification(title, { tag, data: url, icon: "/static/icon.svg" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data, self.location.href);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
