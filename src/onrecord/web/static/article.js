// Keeps the cards in step with the text, both ways: what is under the pointer or the focus is marked, and scrolled to in the other column.
const text = document.querySelector(".columns article");
const cards = document.querySelector(".cards");

function claimsAt(target) {
  const mark = target.closest("mark[data-c]");
  if (mark) return mark.dataset.c.split(" ");
  const card = target.closest("[data-card]");
  return card ? [card.dataset.card] : [];
}

function show(ids) {
  for (const on of document.querySelectorAll(".on")) on.classList.remove("on");
  for (const id of ids) {
    document.getElementById(id)?.classList.add("on");
    for (const mark of text.querySelectorAll(`mark[data-c~="${id}"]`)) mark.classList.add("on");
  }
}

function bring(ids, from) {
  if (!ids.length || matchMedia("(max-width: 62rem)").matches) return;
  const other = cards.contains(from) ? document.getElementById(`t-${ids[0]}`) : document.getElementById(ids[0]);
  other?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

if (text && cards) {
  let waiting = 0;
  for (const side of [text, cards]) {
    side.addEventListener("pointerover", (event) => {
      const ids = claimsAt(event.target);
      show(ids);
      clearTimeout(waiting);
      if (side === text) waiting = setTimeout(() => bring(ids, event.target), 150);
    });
    side.addEventListener("focusin", (event) => {
      const ids = claimsAt(event.target);
      show(ids);
      bring(ids, event.target);
    });
  }
}
