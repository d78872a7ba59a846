// The table of entries: selecting many with a few clicks.

const form = document.querySelector("form.choosing");

function boxes() {
  return [...form.querySelectorAll("tbody input[type=checkbox]")];
}

function tellChosen() {
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  const chooser = form.querySelector("[data-chooses-all]");
  chooser.checked = count === all.length;
  chooser.indeterminate = count > 0 && count < all.length;
  const button = form.querySelector(".chosen button");
  button.textContent = count ? `Delete ${count} ${count === 1 ? "entry" : "entries"}` : "Delete selected entries";
  button.disabled = count === 0;
}

/** Selects an entry, or with the shift key all entries since the last click. */
let lastBox = null;
function choose(box, isRange) {
  const all = boxes();
  if (isRange && lastBox) {
    const [first, last] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(first, last + 1)) one.checked = box.checked;
  }
  lastBox = box;
}

if (form) {
  const chooser = form.querySelector("[data-chooses-all]");
  chooser.hidden = false;
  form.addEventListener("click", (event) => {
    if (event.target === chooser) for (const box of boxes()) box.checked = chooser.checked;
    else if (event.target.matches("tbody input[type=checkbox]")) choose(event.target, event.shiftKey);
    else return;
    tellChosen();
  });
  tellChosen();
}

// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
