// A list in a calendar: fetches the rows of the days that it shows, and stays where the reader left it.
(function () {
  "use strict";
  const KEY = "calendar:" + window.location.pathname;

  function kept() {
    try { return JSON.parse(window.sessionStorage.getItem(KEY)) || {}; } catch (_error) { return {}; }
  }

  function show(place) {
    const given = JSON.parse(place.dataset.calendar);
    const note = document.querySelector("[data-calendar-note]");
    const isNarrow = window.innerWidth < 768;
    const last = kept();
    const views = isNarrow ? ["listWeek", "listMonth"] : ["dayGridMonth", "timeGridWeek", "timeGridDay", "listWeek"];
    const tell = (text) => { note.textContent = text; note.hidden = !text; };

    async function fetched(span, done, failed) {
      const query = new URLSearchParams({ start: span.startStr, end: span.endStr });
      try {
        const answer = await window.fetch(`${given.rows}&${query}`, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        tell(found.note);
        done(found.events.map((one) => ({ ...one, className: "calendar-event lane-" + one.tone, color: "var(--tone)",
          contrastColor: "color-mix(in srgb, var(--tone), var(--chip-ink) var(--chip-ink-mix))" })));
      } catch (error) {
        tell(given.words.failed);
        failed(error);
      }
    }

    const calendar = new window.FullCalendar.Calendar(place, {
      plugins: window.FullCalendar.plugins, locales: window.FullCalendar.locales, locale: given.locale,
      timeZone: given.zone, firstDay: 1, height: "auto", nowIndicator: true, dayMaxEvents: 4, eventMaxStack: 4,
      slotEventOverlap: false, allDaySlot: false, scrollTime: "07:00:00", defaultTimedEventDuration: "00:30",
      initialView: views.includes(last.view) ? last.view : views[0], initialDate: last.date || undefined,
      headerToolbar: { start: isNarrow ? "prev,next" : "prev,next today", center: "title", end: views.join(",") },
      footerToolbar: false, blockEventClass: "calendar-block", eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      buttons: { today: { text: given.words.today }, dayGridMonth: { text: given.words.month },
        timeGridWeek: { text: given.words.week }, timeGridDay: { text: given.words.day },
        listWeek: { text: isNarrow ? given.words.week : given.words.list }, listMonth: { text: given.words.month },
        prev: { hint: given.words.previous }, next: { hint: given.words.next } },
      noEventsText: given.words.none, events: fetched, navLinks: !isNarrow,
      dateClick: (spot) => { if (given.add) window.location.assign(given.add + encodeURIComponent(spot.allDay ? spot.dateStr + "T09:00" : spot.dateStr.slice(0, 16))); },
      eventDidMount: (shown) => { shown.el.title = shown.event.extendedProps.tip; },
      datesSet: (span) => {
        window.sessionStorage.setItem(KEY, JSON.stringify({ view: span.view.type, date: span.view.currentStart.toISOString().slice(0, 10) }));
      },
    });
    calendar.render();
  }

  document.addEventListener("desk:ready", (event) => { if (event.target.matches("[data-calendar]")) show(event.target); });
})();
