"use strict";
// Sorting: a click on a heading sorts by it, a second click turns the order round.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const isNumber = head.classList.contains("number");
      const was = head.getAttribute("aria-sort");
      const direction = was === "none" ? (isNumber ? "descending" : "ascending")
        : was === "ascending" ? "descending" : "ascending";
      const value = (row) => {
        const cell = row.cells[column];
        return isNumber ? Number(cell.dataset.v ?? cell.textContent) : cell.textContent;
      };
      const compare = (a, b) => (isNumber ? value(a) - value(b) : value(a).localeCompare(value(b)));
      const sign = direction === "ascending" ? 1 : -1;
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", direction);
    });
  });
}
// Filtering: the table of orders by a way of changing and by words.
const filter = document.querySelector("form.filter");
const orders = document.querySelector("#orders-table");
if (filter && orders) {
  const aspect = filter.querySelector("#aspect");
  const words = filter.querySelector("#words");
  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const row of orders.tBodies[0].rows) {
      const fits = (!aspect.value || row.dataset.aspects.split("|").includes(aspect.value))
        && (!wanted || row.textContent.toLowerCase().includes(wanted));
      row.hidden = !fits;
      shown += fits;
    }
    filter.querySelector("#shown").textContent = `${shown} of ${orders.tBodies[0].rows.length} orders`;
  };
  filter.hidden = false;
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => event.preventDefault());
  for (const link of document.querySelectorAll("a[data-aspect]")) {
    link.addEventListener("click", (event) => {
      if (![...aspect.options].some((option) => option.value === link.dataset.aspect)) return;
      event.preventDefault();
      aspect.value = link.dataset.aspect;
      apply();
      document.querySelector("#orders").scrollIntoView();
      aspect.focus({ preventScroll: true });
    });
  }
  // A link to an order must find it even if the filter hides it; a closed list of ids opens when it is pointed to.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) { aspect.value = ""; words.value = ""; apply(); target.scrollIntoView({ block: "center" }); }
    if (target.tagName === "DETAILS") target.open = true;
    if (target.tagName === "TR") target.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", reveal);
  reveal();
  apply();
}
