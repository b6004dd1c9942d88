// The live count of a segment: the server counts, this only asks and shows.
const panel = document.querySelector("[data-segment-count]");
const form = panel && panel.closest("form");

if (form) {
  let waiting = 0;
  let latest = 0;
  const ask = async () => {
    const mine = ++latest;
    const answer = await fetch(panel.dataset.url, { method: "POST", body: new FormData(form) });
    if (!answer.ok || mine !== latest) return;
    const found = await answer.json();
    const error = panel.querySelector("[data-segment-error]");
    panel.querySelector("[data-segment-people]").textContent = found.people || "–";
    error.textContent = found.error;
    error.hidden = found.error === "";
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "name") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => {}), 250);
  });
}
