// The board: a card is moved by hand or by key; the server says what becomes of it.
(function () {
  "use strict";
  const { on, live, cell } = window.desk;
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  const board = () => document.querySelector("[data-board]");
  const columns = () => [...board().querySelectorAll("[data-column]")];
  let wanted = null;   // the card that has the focus once the board is drawn anew
  let pending = null;  // puts a card back whose dialog is left without an answer

  const columnOf = (card) => card.closest("[data-column]");
  const focus = (card) => { const link = card && card.querySelector("[data-card-link]"); if (link) { link.focus(); card.scrollIntoView({ block: "nearest", inline: "nearest" }); } };

  function fits(card, column) {
    const to = card.dataset.to;
    return column !== columnOf(card) && !("rest" in column.dataset) && (to === "*" || to.split(" ").includes(column.dataset.column));
  }

  function say(text) {
    const place = board().querySelector("[data-board-says]");
    if (place) place.textContent = text;
  }

  async function move(card, column, putBack) {
    const to = column.dataset.column;
    const body = new URLSearchParams({ csrf_token: csrf, by: board().dataset.board, to, version: card.dataset.version });
    card.classList.add("is-moving");
    wanted = card.dataset.card;
    let status = 0;
    let answer = {};
    try {
      const got = await fetch(card.dataset.move, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
      status = got.status;
      answer = await got.json();
    } catch (_error) { /* told below */ }
    card.classList.remove("is-moving");
    if (answer.done) {
      live.say("success", answer.done);
      say(`${card.dataset.name}: ${answer.done}`);
      await live.refresh();
    } else if (answer.dialog) {
      pending = putBack;
      await live.open(answer.dialog);
    } else {
      putBack();
      live.say(status === 409 ? "warning" : "danger", answer.message || answer.detail || board().dataset.failed);
      if (status === 409 || status === 404) await live.refresh();
    }
  }

  // A dialog that is left: the card goes back. One that is answered draws the board anew.
  document.addEventListener("record-changed", () => { pending = null; });
  const dialog = document.getElementById("dialog");
  dialog.addEventListener("hidden.bs.modal", () => {
    if (!pending) return;
    const putBack = pending;
    pending = null;
    putBack();
  });

  function start() {
    if (!board() || !window.Sortable) return;
    board().querySelectorAll("[data-cards]").forEach((list) => {
      window.Sortable.create(list, {
        group: "board", draggable: ".board-card", filter: ".board-card:not(.can-move), .card-menu", preventOnFilter: false,
        sort: false, animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        delay: 180, delayOnTouchOnly: true, touchStartThreshold: 6, ghostClass: "is-ghost", chosenClass: "is-chosen",
        scroll: true, bubbleScroll: true, scrollSensitivity: 60,
        onStart(event) {
          columns().forEach((column) => column.classList.toggle("is-shut", column !== columnOf(event.item) && !fits(event.item, column)));
          board().classList.add("is-dragging");
        },
        onEnd(event) {
          board().classList.remove("is-dragging");
          columns().forEach((column) => column.classList.remove("is-shut"));
          const card = event.item;
          if (event.from === event.to) return;
          const column = columnOf(card);
          const isRest = "rest" in column.dataset;
          const putBack = () => {
            const next = event.from.querySelectorAll(":scope > .board-card")[event.oldDraggableIndex];
            event.from.insertBefore(card, next || event.from.querySelector(".board-empty"));
            focus(card);
          };
          if (isRest) { putBack(); live.say("warning", board().dataset.refused); } else move(card, column, putBack);
        },
      });
    });
    if (wanted) {
      focus(board().querySelector(`[data-card="${CSS.escape(wanted)}"]`));
      wanted = null;
    }
  }

  function sideways(card, by) {
    const all = columns();
    let at = all.indexOf(columnOf(card)) + by;
    const place = [...card.parentElement.querySelectorAll(".board-card")].indexOf(card);
    while (all[at]) {
      const cards = all[at].querySelectorAll(".board-card");
      if (cards.length) { focus(cards[Math.min(place, cards.length - 1)]); return; }
      at += by;
    }
  }

  function carry(card, by) {
    const all = columns();
    let at = all.indexOf(columnOf(card)) + by;
    while (all[at] && !fits(card, all[at])) at += by;
    if (!all[at]) { live.say("warning", board().dataset.refused); return; }
    move(card, all[at], () => focus(document.querySelector(`[data-card="${CSS.escape(card.dataset.card)}"]`)));
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest) return;
    const card = event.target.closest("[data-card]");
    if (!card || document.querySelector(".modal.show, #cell-editor:not([hidden])")) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side) {
      event.preventDefault();
      if (event.shiftKey) carry(card, side); else sideways(card, side);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      let next = card;
      do next = event.key === "ArrowDown" ? next.nextElementSibling : next.previousElementSibling;
      while (next && !next.matches("[data-card]"));
      focus(next);
    } else if (event.key.toLowerCase() === "m") {
      const menu = card.querySelector(".card-menu");
      if (menu) { event.preventDefault(); cell.open(menu); }
    }
  });

  // What the card's own menu changed is drawn anew; the focus stays with the card.
  on("click", ".card-menu", (_event, menu) => { wanted = menu.closest("[data-card]").dataset.card; });
  on("change", "[data-board-group]", (_event, select) => select.form.requestSubmit());
  document.addEventListener("desk:fresh", (event) => { if (event.target.matches("[data-board]")) start(); });
  start();
})();
