// For every page: updates ages and lists, and handles buttons that copy, show and confirm.

import { isSeen, now } from "./feeds.js";

const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
const FRESH_EVERY = 15000; // milliseconds

/** Returns a text such as `3 minutes ago`, in the same words as the server. */
export function age(moment) {
  const passed = (now() - moment) / 1000;
  if (passed < -60) return "in the future";
  if (passed < 5) return "just now";
  for (const [length, name] of STEPS) {
    const count = Math.floor(passed / length);
    if (count >= 2 || (count && name === "second")) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

function tellAges() {
  for (const time of document.querySelectorAll("time[data-age]")) {
    const text = age(Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

function tellExactTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.title = new Date(time.dateTime).toLocaleString();
  }
}

/** Tells the server the time zone of the browser. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `thingclone_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    document.execCommand("copy"); // without TLS, navigator.clipboard does not exist
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveals);
  const isShown = field.type === "password";
  field.type = isShown ? "text" : "password";
  button.textContent = isShown ? "Hide" : "Show";
  button.setAttribute("aria-pressed", String(isShown));
}

/** Updates the lists marked data-live. */
async function refresh() {
  const lists = [...document.querySelectorAll("[data-live]")];
  if (!lists.length || !isSeen()) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelectorAll("[data-live]");
  if (fresh.length !== lists.length) return;
  lists.forEach((list, place) => {
    const isUsed = list.contains(document.activeElement);
    if (!isUsed && list.innerHTML !== fresh[place].innerHTML) list.replaceChildren(...fresh[place].childNodes);
  });
  tellExactTimes();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copies], button[data-reveals]");
  if (button?.dataset.copies) copy(button);
  else if (button) reveal(button);
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
for (const button of document.querySelectorAll("button[data-copies], button[data-reveals]")) button.hidden = false;
tellAges();
tellExactTimes();
tellZone();
setInterval(tellAges, 5000);
const refreshAnyway = () => refresh().catch(() => {}); // the server may be back next time
setInterval(refreshAnyway, FRESH_EVERY);
document.addEventListener("visibilitychange", refreshAnyway);
