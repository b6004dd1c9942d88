// The composer's live counter: the server counts (one rule, one place), this only asks and shows.
const panel = document.querySelector("[data-sms-counter]");

function show(found) {
  const words = panel.querySelector("[data-sms-words]").dataset;
  const sentence = found.isGsm7 ? words.one : words.dear;
  panel.querySelector("[data-sms-live]").hidden = false;
  panel.querySelector("[data-sms-preview]").innerText = found.text;
  panel.querySelector("[data-sms-cost]").textContent = sentence
    .replace("[p]", found.parts)
    .replace("[u]", found.units);
  panel.querySelector("[data-sms-people]").textContent = found.people;
  panel.querySelector("[data-sms-characters]").textContent = found.replaced.join(" ");
  panel.querySelector("[data-sms-replaced]").hidden = found.replaced.length === 0;
  const error = panel.querySelector("[data-sms-error]");
  error.textContent = found.error;
  error.hidden = found.error === "";
}

if (panel) {
  let waiting = 0;
  let latest = 0;
  const ask = async (text) => {
    const mine = ++latest;
    const form = text.form;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("text", text.value);
    body.set("segment", form.elements.segment.value);
    if (form.elements[text.name.replace(/text$/, "keeps_accents")].checked) body.set("keeps_accents", "on");
    const answer = await fetch(panel.dataset.url, { method: "POST", body });
    if (answer.ok && mine === latest) show(await answer.json());
  };
  // Versions may be added to the page: the listener is the page's, not a field's.
  let writing = document.querySelector("[data-sms-text]");
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-sms-text]")) writing = event.target;
    if (!writing || !writing.value) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(writing).catch(() => {}), 200);
  });
}
