// Who else looks at the record, and what has been written or changed meanwhile: asked while the page is seen, in one request.
(function () {
  "use strict";
  const place = document.querySelector("[data-presence]");
  const list = document.getElementById("timeline-entries");
  if (!place || !list) return;
  const EVERY = 15000;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const text = document.querySelector("form[data-composer] [name=body]");
  const typing = document.querySelector("[data-typing]");
  let typedAt = 0;
  let timer = 0;
  let isAsking = false;
  let isMore = false;

  const part = () => { const chosen = document.querySelector(".timeline-parts .active"); return chosen ? chosen.dataset.part : ""; };

  const made = (html) => new DOMParser().parseFromString(html, "text/html").body;

  function take(answer) {
    place.replaceChildren(...(answer ? made(answer.people).childNodes : []));
    if (typing) typing.textContent = answer ? answer.typing : "";
    if (!answer) return;
    list.dataset.last = Math.max(Number(list.dataset.last), answer.last);
    list.dataset.changed = answer.changed_at;
    made(answer.changed).querySelectorAll("[data-entry]").forEach((entry) => {
      const shown = list.querySelector('[data-entry="' + entry.dataset.entry + '"]');
      if (!shown) return;
      entry.classList.add("is-new");
      shown.replaceWith(entry);
    });
    const fresh = [...made(answer.entries).querySelectorAll("[data-entry]")]
      .filter((entry) => !list.querySelector('[data-entry="' + entry.dataset.entry + '"]'));
    if (!fresh.length) return;
    list.querySelectorAll(".event-none").forEach((none) => none.remove());
    fresh.forEach((entry) => entry.classList.add("is-new"));
    list.prepend(...fresh);
  }

  function ask() {
    clearTimeout(timer);
    if (document.hidden) return;
    if (isAsking) { isMore = true; return; }
    isAsking = true;
    const isTyping = Boolean(text && text.value.trim()) && Date.now() - typedAt < 20000;
    const told = new URLSearchParams({ after: list.dataset.last, changed: list.dataset.changed, typing: isTyping ? "1" : "", only: part() });
    fetch(place.dataset.presence, {
      method: "POST", body: told, credentials: "same-origin",
      // What the page asks by itself keeps nobody logged in who has gone away.
      headers: { "X-CSRFToken": token, Accept: "application/json", ...(isTyping ? {} : { "X-Background": "1" }) },
    }).then((answer) => {
      // Logged out, or the record is gone: the next click tells.
      if (!answer.ok) return "over";
      return answer.status === 204 ? null : answer.json();
    }).then((answer) => {
      if (answer === "over") { place.replaceChildren(); return; }
      take(answer);
      timer = setTimeout(ask, EVERY);
    }).catch(() => { timer = setTimeout(ask, 4 * EVERY); })
      .finally(() => { isAsking = false; if (isMore) { isMore = false; ask(); } });
  }

  if (text) {
    text.addEventListener("input", () => {
      const isFirst = Date.now() - typedAt > 10000;
      typedAt = Date.now();
      if (isFirst) ask();
    });
  }
  document.addEventListener("desk:news", () => { typedAt = text && text.value.trim() ? typedAt : 0; ask(); });
  document.addEventListener("visibilitychange", ask);
  // The chosen part of the timeline stays marked.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".timeline-parts [data-part]");
    if (!link) return;
    document.querySelectorAll(".timeline-parts [data-part]").forEach((one) => {
      one.classList.toggle("active", one === link);
      if (one === link) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    });
  });
  timer = setTimeout(ask, 1500);
})();
