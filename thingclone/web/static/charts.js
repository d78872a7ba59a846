// Charts with Chart.js, in the colours of the page.

import { withGaps } from "./feeds.js";

const FEW = 80; // points of a chart that also shows dots

const styles = (element) => getComputedStyle(element);
const color = (element, name) => styles(element).getPropertyValue(name).trim();

/** Draws a chart of points {x, y} over time on a canvas. `look` has color, kind (line, spline, step, column, bar),
 * unit, and titles and bounds of the axes. */
export function draw(canvas, look) {
  const chart = new Chart(canvas, {
    type: isColumns(look) ? "bar" : "line",
    data: { datasets: [{ data: [], ...series(canvas, look) }] },
    options: options(canvas, look),
  });
  chart.look = look;
  return chart;
}

/** Shows these points, with holes for gaps in time. */
export function show(chart, points) {
  const data = withGaps(points);
  const dataset = chart.data.datasets[0];
  dataset.data = chart.look.kind === "bar" ? data.map(({ x, y }) => ({ x: y, y: x })) : data;
  dataset.pointRadius = (context) => (isDot(data, context.dataIndex) ? 2.5 : 0);
  chart.update("none");
}

/** Updates the colours after a switch between light and dark. */
export function recolor(chart) {
  Object.assign(chart.data.datasets[0], series(chart.canvas, chart.look));
  chart.options = options(chart.canvas, chart.look);
  chart.update("none");
}

const isColumns = (look) => look.kind === "bar" || look.kind === "column";

/** Whether a point is a dot: all of a few points, and those without a line. */
function isDot(data, place) {
  const isAlone = !Number.isFinite(data[place - 1]?.y) && !Number.isFinite(data[place + 1]?.y);
  return data.length <= FEW || isAlone;
}

function series(canvas, look) {
  const own = look.color ?? color(canvas, "--series");
  return {
    borderColor: own,
    backgroundColor: isColumns(look) ? own : shade(canvas, own),
    pointBackgroundColor: own,
    pointBorderWidth: 0,
    pointHitRadius: 12,
    pointHoverRadius: 4,
    borderWidth: isColumns(look) ? 0 : 1.75,
    borderJoinStyle: "round",
    fill: look.isFilled ? "start" : false,
    spanGaps: false,
    stepped: look.kind === "step" ? "before" : false,
    tension: look.kind === "spline" ? 0.35 : 0,
    cubicInterpolationMode: look.kind === "spline" ? "monotone" : "default",
    maxBarThickness: 24,
  };
}

/** Returns the colour of the series, fading towards the bottom. */
function shade(canvas, own) {
  return ({ chart }) => {
    if (!chart.chartArea) return "transparent";
    const { top, bottom } = chart.chartArea;
    const gradient = chart.ctx.createLinearGradient(0, top, 0, bottom);
    gradient.addColorStop(0, faded(own, "38"));
    gradient.addColorStop(1, faded(own, "00"));
    return gradient;
  };
}

/** Returns a colour with an alpha value. Old tablets do not know color-mix(). */
const faded = (own, alpha) => (/^#[0-9a-f]{6}$/i.test(own) ? own + alpha : "transparent");

function options(canvas, look) {
  const ink = look.ink ?? color(canvas, "--soft");
  const line = look.line ?? color(canvas, "--line");
  const font = { family: styles(canvas).fontFamily, size: 11.5 };
  const [time, value] = look.kind === "bar" ? ["y", "x"] : ["x", "y"];
  return {
    indexAxis: time,
    animation: false,
    parsing: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "nearest", axis: time, intersect: false },
    scales: {
      [time]: {
        type: "time",
        min: look.from,
        time: { tooltipFormat: "EEE d MMM yyyy, HH:mm:ss" },
        afterBuildTicks: setTimes,
        ticks: { color: ink, font, maxRotation: 0, autoSkip: false, callback: timeText },
        grid: { display: false },
        border: { color: line },
        title: title(look.timeTitle, ink, font),
      },
      [value]: {
        ticks: { color: ink, font, maxTicksLimit: 6, padding: 6 },
        grid: { color: line },
        border: { display: false },
        beginAtZero: isColumns(look),
        afterDataLimits: addAir,
        min: look.low,
        max: look.high,
        title: title(look.valueTitle, ink, font),
      },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        displayColors: false,
        padding: 10,
        cornerRadius: 8,
        titleFont: { ...font, weight: 400 },
        bodyFont: { ...font, size: 14, weight: 600 },
        callbacks: { label: ({ raw }) => `${look.kind === "bar" ? raw.x : raw.y} ${look.unit ?? ""}`.trim() },
      },
    },
  };
}

// Steps between two times on the axis: milliseconds within a day, then days, then months.
const SECONDS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200].map((count) => count * 1000);
const DAYS = [1, 2, 7, 14];
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const DAY = 86400000;

/** Sets round local times as ticks, as many as there is room for. */
function setTimes(scale) {
  const room = Math.max(2, scale.isHorizontal() ? scale.width / 66 : scale.height / 24);
  scale.ticks = roundTimes(scale.min, scale.max, room).map((value) => ({ value }));
}

function roundTimes(from, to, most) {
  const first = new Date(from);
  first.setHours(0, 0, 0, 0);
  const fits = (step) => (to - from) / step <= most;
  const seconds = SECONDS.find(fits);
  const days = DAYS.find((count) => fits(count * DAY));
  const months = MONTHS.find((count) => fits(count * 30 * DAY)) ?? 12000;
  if (!seconds && !days) first.setMonth(months < 12 ? 0 : -12 * (first.getFullYear() % (months / 12)), 1);
  const times = [];
  let next = first.getTime();
  if (seconds) next += Math.floor((from - next) / seconds) * seconds;
  while (next <= to && times.length < 200) {
    if (next >= from) times.push(next);
    if (seconds) next += seconds;
    else if (days) next = first.setDate(first.getDate() + days);
    else next = first.setMonth(first.getMonth() + months);
  }
  return times;
}

/** Returns 14:30 within a day, 27 Nov at its start, Mar and 2026 if the chart spans years. */
function timeText(value, place, ticks) {
  const time = new Date(value);
  const span = ticks.length > 1 ? ticks[1].value - ticks[0].value : 0;
  const write = (format) => time.toLocaleString("en-GB", format);
  if (span > 27 * DAY) return write(time.getMonth() ? { month: "short" } : { year: "numeric" });
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  if (isMidnight && time.getSeconds() === 0) return write({ day: "numeric", month: "short" });
  const seconds = span && span < 60000 ? { second: "2-digit" } : {};
  return write({ hour: "2-digit", minute: "2-digit", ...seconds });
}

/** Adds space above and below, but not across zero. */
function addAir(scale) {
  const air = (scale.max - scale.min) * 0.08 || Math.abs(scale.max) * 0.05 || 1;
  const { minDefined, maxDefined } = scale.getUserBounds();
  if (!minDefined) scale.min = scale.min >= 0 ? Math.max(0, scale.min - air) : scale.min - air;
  if (!maxDefined) scale.max = scale.max <= 0 && scale.min < 0 ? Math.min(0, scale.max + air) : scale.max + air;
}

const title = (text, ink, font) => ({ display: Boolean(text), text: text ?? "", color: ink, font });
