// <form data-product>: the total follows the chosen size and add-ons; without this script each price is shown alone.
const form = document.querySelector("form[data-product]");
const total = form?.querySelector("[data-total]");
if (total) {
  const place = document.documentElement.lang === "en" ? "en-IE" : "fr-FR";
  const money = new Intl.NumberFormat(place, { style: "currency", currency: "EUR" });
  const show = () => {
    let cents = 0;
    for (const box of form.querySelectorAll("input[data-price]:checked")) cents += Number(box.dataset.price);
    total.querySelector("output").textContent = money.format(cents / 100);
  };
  total.hidden = false;
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
