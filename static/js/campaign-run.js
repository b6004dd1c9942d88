// The run of a campaign: the server counts and words, this only asks every two seconds and shows.
const EVERY = 2000;
// Results weigh more: every fifth time, that is every ten seconds.
const RESULTS_EVERY = 5;
const run = document.querySelector("[data-run-followed]");

const renew = (page) => {
  for (const part of document.querySelectorAll("[data-run-part]")) {
    const fresh = page.querySelector(`[data-run-part="${part.dataset.runPart}"]`);
    // A table being read with the keyboard stays under it.
    if (fresh && !part.contains(document.activeElement)) part.replaceWith(fresh);
  }
};

const ask = async (withResults) => {
  const answer = await fetch(withResults ? `${run.dataset.url}?tout` : run.dataset.url);
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
  renew(page);
};

if (run) {
  let times = 0;
  const again = async () => {
    if (!document.hidden) await ask(++times % RESULTS_EVERY === 0).catch(() => {});
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
}
