// The run of a campaign: the server counts and words, this only asks every two seconds and shows.
const EVERY = 2000;
const run = document.querySelector("[data-run-followed]");

const ask = async () => {
  const answer = await fetch(run.dataset.url);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-run]");
  if (!fresh) return;
  // Another state has other buttons.
  if (fresh.dataset.status !== run.dataset.status) return location.reload();
  const figures = fresh.querySelector("[data-run-figures]");
  const shown = run.querySelector("[data-run-figures]");
  if (figures && shown) shown.replaceWith(figures);
  else if (figures) run.append(figures);
  // Read aloud only when the sentence changes.
  const words = run.querySelector("[data-run-words]");
  const said = fresh.querySelector("[data-run-words]").textContent;
  if (words.textContent !== said) words.textContent = said;
};

if (run) {
  const again = async () => {
    if (!document.hidden) await ask().catch(() => {});
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
}
