// Small behaviours bound by data- attributes; every page works without them.

// <textarea data-counter="id of the output" maxlength="255">: how many characters are left.
for (const area of document.querySelectorAll("[data-counter]")) {
  const output = document.getElementById(area.dataset.counter);
  const show = () => {
    output.textContent = output.dataset.text.replace("%", String(area.maxLength - area.value.length));
  };
  if (output) {
    area.addEventListener("input", show);
    show();
  }
}

// <textarea data-preview="id of the card">: the card as it will be written.
for (const area of document.querySelectorAll("[data-preview]")) {
  const card = document.getElementById(area.dataset.preview);
  if (card) {
    const empty = card.textContent;
    area.addEventListener("input", () => {
      card.textContent = area.value || empty;
      card.toggleAttribute("data-empty", !area.value);
    });
  }
}

// <button data-fill="id of the field">: a ready text goes into the field.
for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.getElementById(button.dataset.fill);
    field.value = button.dataset.text ?? button.textContent.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// <button data-copy="id">: copies the text of an element and says so.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    button.textContent = button.dataset.done ?? button.textContent;
  });
}

// <button data-print>: prints the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// <form data-once>: a second click does not send the form twice (the server would refuse it anyway).
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The summary of errors takes the focus, so that a screen reader starts there.
document.querySelector(".form-errors")?.focus();
