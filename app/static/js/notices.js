// The bell asks again once a minute while somebody looks at the page; opening a notice marks it as read.
(function () {
  "use strict";
  if (!document.getElementById("bell")) return;
  const { on } = window.desk;
  const EVERY = 60000;
  let asked = Date.now();

  function ask() {
    asked = Date.now();
    if (window.htmx) window.htmx.trigger(document.body, "desk:notices");
  }

  setInterval(() => { if (!document.hidden) ask(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - asked > EVERY) ask(); });

  on("click", "[data-notice]", (_event, link) => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    // The page is left at once: the request goes on without it.
    fetch(link.dataset.notice, { method: "POST", keepalive: true, credentials: "same-origin",
      headers: { "X-CSRFToken": token, "HX-Request": "true" } }).then(ask, () => {});
  });
  document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.requestConfig.path === "/notices/read-all") ask(); });
})();
