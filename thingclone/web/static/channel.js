// The page of a channel: a chart for each field, updated with new entries.

import { draw, recolor, show } from "./charts.js";
import { call, isSeen, now, points, since } from "./feeds.js";
import { age } from "./page.js";

const DAY = 86400000;
const RANGES = { day: { days: 1, minutes: 0 }, week: { days: 7, minutes: 10 }, month: { days: 31, minutes: 60 },
  year: { days: 366, minutes: 720 }, all: { days: null, minutes: 1440 } };
const MOST_POINTS = 5000; // with more, charts show medians
const ASK_EVERY = 5000; // milliseconds

const page = document.getElementById("channel");
const { channel, key } = page.dataset;
const feedsPath = `/channels/${channel}/feeds.json`;
const fields = page.dataset.fields.split(" ").filter(Boolean);
const charts = new Map();
const drawn = new Map(); // field -> points
let last = Number(page.dataset.last);
let newestAt = Date.parse(document.getElementById("newest")?.dateTime);
let range = page.dataset.range;
let turn = 0; // counts the choices of a range, to ignore late answers

function plot(field) {
  return page.querySelector(`.plot[data-field="${field}"]`);
}

function tell(text, mood = "") {
  const state = document.getElementById("state");
  if (!state) return;
  state.textContent = text;
  state.closest(".live").className = `live ${mood}`;
}

function note(field, text) {
  const line = plot(field).querySelector(".canvas-note");
  line.textContent = text;
  line.hidden = !text;
  line.parentElement.classList.toggle("blank", Boolean(text));
}

// --- ranges ------------------------------------------------------------------------------------------------------

async function load(name) {
  range = name;
  const mine = ++turn;
  for (const button of page.querySelectorAll("button[data-range]")) {
    button.setAttribute("aria-pressed", String(button.dataset.range === name));
  }
  tell("Loading…");
  const { start, minutes } = await extent(name);
  const isCurrent = (_, feeds) => {
    if (mine !== turn) return false;
    if (!minutes && feeds.length > MOST_POINTS) return false;
    display(feeds, name === "all" ? undefined : start);
    return true;
  };
  let feeds = await since(feedsPath, start, minutes, key, isCurrent);
  if (mine === turn && !minutes && feeds?.length > MOST_POINTS) {
    feeds = await since(feedsPath, start, 10, key, isCurrent);
  }
  if (mine !== turn) return;
  if (feeds === null) return tell("This channel is private now", "bad");
  display(feeds, name === "all" ? undefined : start);
  tellFresh();
}

/** Returns the start of a range, and the minutes of its medians: 0 shows the entries themselves. */
async function extent(name) {
  const { days, minutes } = RANGES[name];
  const isSmall = last <= MOST_POINTS;
  if (days !== null) return { start: now() - days * DAY, minutes: isSmall ? 0 : minutes };
  if (isSmall) return { start: 0, minutes: 0 };
  const first = await call(`/channels/${channel}/feeds/1.json`, {}, key);
  const span = first ? now() - Date.parse(first.created_at) : Infinity;
  return { start: 0, minutes: [10, 60, 240, 720].find((some) => span / (some * 60000) < 1500) ?? minutes };
}

function display(feeds, from) {
  for (const field of fields) {
    drawn.set(field, points(feeds, field));
    const chart = charts.get(field);
    chart.look.from = chart.options.scales.x.min = from;
    redraw(field);
  }
}

function redraw(field) {
  const found = drawn.get(field) ?? [];
  show(charts.get(field), found);
  if (found.some((point) => point.y !== null)) note(field, "");
  else note(field, found.length ? "No numbers to show." : "No values in this range.");
}

// --- new entries -------------------------------------------------------------------------------------------------

function tellFresh() {
  const passed = now() - newestAt;
  tell(passed < 10 * 60000 ? "Live" : `Last entry ${age(newestAt)}`, passed < 10 * 60000 ? "" : "away");
}

async function ask() {
  if (!isSeen()) return;
  const answer = await call(feedsPath, { start_entry_id: last + 1, results: MOST_POINTS }, key);
  if (answer === null) return tell("This channel is private now", "bad");
  const labelled = Object.keys(answer.channel).filter((name) => /^field[1-8]$/.test(name));
  const hasChanged = labelled.join(" ") !== fields.join(" ");
  // The server draws a first entry, a new field or a cleared channel.
  if (hasChanged || (last === 0 && answer.feeds.length) || (answer.channel.last_entry_id ?? 0) < last) {
    return location.reload();
  }
  if (answer.feeds.length) take(answer.feeds);
  if (charts.size) tellFresh();
}

function take(entries) {
  last = Math.max(last, ...entries.map((entry) => entry.entry_id));
  newestAt = Math.max(newestAt, ...entries.map((entry) => Date.parse(entry.created_at)));
  tellTop();
  for (const field of fields) {
    const fresh = points(entries, field);
    if (!fresh.length) continue;
    const all = [...(drawn.get(field) ?? []), ...fresh].sort((a, b) => a.x - b.x);
    const from = charts.get(field).look.from;
    drawn.set(field, from === undefined ? all : all.filter((point) => point.x >= from));
    redraw(field);
    tellValue(field, entries.findLast((entry) => entry[field] !== null)[field]);
  }
}

function tellTop() {
  document.getElementById("count").textContent = `${last.toLocaleString("en")} ${last === 1 ? "entry" : "entries"}`;
  const newest = document.getElementById("newest");
  newest.dateTime = new Date(newestAt).toISOString();
  newest.textContent = age(newestAt);
}

function tellValue(field, text) {
  const reading = plot(field).querySelector(".reading");
  const isLong = text.length > 9 && Number.isFinite(Number(text));
  reading.querySelector(".value").textContent = isLong ? String(Number(Number(text).toPrecision(6))) : text.trim() || "—";
  reading.title = text;
}

// --- start -------------------------------------------------------------------------------------------------------

function begin() {
  for (const field of fields) {
    const own = plot(field);
    if (!own) continue;
    charts.set(field, draw(own.querySelector("canvas"), { kind: "line", isFilled: true, unit: own.dataset.unit }));
  }
  if (charts.size) load(range).catch(fail);
  setInterval(() => ask().catch(fail), ASK_EVERY);
  document.addEventListener("visibilitychange", () => ask().catch(fail));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(recolor));
}

function fail(error) {
  tell(error instanceof TypeError ? "The server does not respond" : error.message, "bad");
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-range]");
  if (button) load(button.dataset.range).catch(fail);
});
begin();
