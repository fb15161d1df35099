// What every page gains from a script: a print button. Nothing needs it.
document.documentElement.classList.add("js");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    for (const folded of document.querySelectorAll("details.figures")) folded.open = true;
    window.print();
  }
});
