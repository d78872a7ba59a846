// A chart in a frame, as ThingSpeak has it. The URL sets its look and its data.

import { draw, show } from "./charts.js";
import { call, isSeen, points } from "./feeds.js";

const PASSED_ON = ["results", "days", "minutes", "start", "end", "round", "timescale", "sum", "average", "median", "min",
  "max", "location", "status", "timezone", "offset"];
const FUNCTIONS = ["average", "median", "sum"];
const SHORTEST_UPDATE = 15; // seconds

const page = document.getElementById("chart");
const { channel, field } = page.dataset;
const name = `field${field}`;
const asked = new URLSearchParams(location.search);
const key = asked.get("key") ?? asked.get("api_key") ?? asked.get("apikey") ?? "";
const passed = PASSED_ON.filter((one) => asked.get(one)).map((one) => [one, asked.get(one)]);
let chart = null;
let found = [];
let last = 0;

function colour(parameter, otherwise) {
  const text = asked.get(parameter) ?? "";
  const full = /^([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? `#${text}` : text;
  return full && CSS.supports("color", full) ? full : otherwise;
}

function bound(parameter) {
  const text = asked.get(parameter);
  return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function kind() {
  if (asked.get("step") === "true") return "step";
  const type = asked.get("type");
  return ["line", "spline", "step", "column", "bar"].includes(type) ? type : "line";
}

function size() {
  for (const side of ["width", "height"]) {
    const pixels = parseInt(asked.get(side), 10);
    if (pixels > 0) page.style[side] = `${Math.min(pixels, 4000)}px`;
  }
}

function note(text) {
  const line = page.querySelector(".canvas-note");
  line.textContent = text;
  line.hidden = !text;
  line.parentElement.classList.toggle("blank", Boolean(text));
}

/** Returns the time of an entry in the time zone of the URL, or in local time. */
function timeOf(entry) {
  const isZoned = asked.get("timezone") || asked.get("offset");
  return Date.parse(isZoned ? entry.created_at.slice(0, 19) : entry.created_at);
}

/** Whether this background needs light text. A transparent background counts as white. */
function isDark({ backgroundColor }) {
  const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(backgroundColor);
  if (!found) return false;
  const [red, green, blue, alpha] = found.slice(1).map((part) => Number(part ?? 1));
  return alpha > 0.5 && 0.3 * red + 0.6 * green + 0.1 * blue < 110;
}

function begin(about) {
  document.body.style.background = colour("bgcolor", "#ffffff");
  const needsLight = isDark(getComputedStyle(document.body));
  document.body.classList.toggle("on-dark", needsLight);
  document.getElementById("title").textContent = asked.get("title") || about.name;
  document.title = asked.get("title") || about.name;
  chart = draw(page.querySelector("canvas"), {
    color: colour("color", "#d62020"),
    kind: kind(),
    ink: needsLight ? "#aaa" : "#666",
    line: "rgb(128 128 128 / 25%)",
    timeTitle: asked.get("xaxis") ?? "Date",
    valueTitle: asked.get("yaxis") ?? about[name] ?? "",
    low: bound("yaxismin"),
    high: bound("yaxismax"),
  });
}

function offerExport() {
  const query = new URLSearchParams(location.search);
  const data = new URLSearchParams(passed);
  if (key) data.set("api_key", key);
  document.getElementById("as-svg").href = `${location.pathname}.svg?${query}`;
  document.getElementById("as-csv").href = `/channels/${channel}/fields/${field}.csv?${data}`;
  document.getElementById("export").hidden = false;
}

async function load() {
  const answer = await call(`/channels/${channel}/fields/${field}.json`, passed, key);
  if (answer === null) return note("This channel is private.");
  if (!(name in answer.channel)) return note(`This channel has no field ${field}.`);
  if (!chart) begin(answer.channel);
  last = answer.channel.last_entry_id ?? 0;
  found = points(answer.feeds, name, timeOf);
  display();
  if (asked.get("export") === "true") offerExport();
  if (asked.get("dynamic") === "true") keepUp();
}

function keepUp() {
  const updateAnyway = () => update().catch(() => {}); // the server may be back next time
  setInterval(updateAnyway, pause());
  document.addEventListener("visibilitychange", updateAnyway);
}

function display() {
  note(found.some((point) => point.y !== null) ? "" : "No numbers to show.");
  show(chart, found);
}

const pause = () => 1000 * Math.max(SHORTEST_UPDATE, parseFloat(asked.get("update")) || 0);

/** Adds the entries since the last one, or the last bucket if the URL asks for averages, medians or sums. */
async function update() {
  if (!isSeen()) return;
  const bucketed = FUNCTIONS.find((one) => asked.get(one));
  if (bucketed) {
    const bucket = await call(`/channels/${channel}/feeds/last_${bucketed}.json`, passed, key);
    if (bucket) add(points([bucket], name, timeOf));
    return;
  }
  const window = [...passed.filter(([one]) => one === "timezone" || one === "offset" || one === "round"),
    ["start_entry_id", last + 1]];
  const answer = await call(`/channels/${channel}/fields/${field}.json`, window, key);
  if (!answer?.feeds.length) return;
  last = Math.max(...answer.feeds.map((entry) => entry.entry_id));
  add(points(answer.feeds, name, timeOf));
}

function add(fresh) {
  const times = new Set(fresh.map((point) => point.x));
  const most = asked.get("push") === "false" ? Infinity : Math.max(found.length, Number(asked.get("results")) || 100);
  const kept = FUNCTIONS.some((one) => asked.get(one)) ? found.filter((point) => !times.has(point.x)) : found;
  found = [...kept, ...fresh].sort((a, b) => a.x - b.x).slice(-most);
  display();
}

size();
load().catch(() => note("Invalid Channel."));
