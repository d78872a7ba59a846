// Drawing: Chart.js, in the colours of the page.

import { withGaps } from "./feeds.js";

const FEW = 80; // points that are shown as dots, too

const styles = (element) => getComputedStyle(element);
const color = (element, name) => styles(element).getPropertyValue(name).trim();

/** A chart of points {x, y} over time on a canvas. `look` says how: color, kind (line, spline, step, column, bar),
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

/** Show these points, with holes where something is missing. */
export function show(chart, points) {
  const data = withGaps(points);
  const dataset = chart.data.datasets[0];
  dataset.data = chart.look.kind === "bar" ? data.map(({ x, y }) => ({ x: y, y: x })) : data;
  dataset.pointRadius = (context) => (isDot(data, context.dataIndex) ? 2.5 : 0);
  chart.update("none");
}

/** Take on the colours of the page anew: its reader has turned dark to light, or back. */
export function recolor(chart) {
  Object.assign(chart.data.datasets[0], series(chart.canvas, chart.look));
  chart.options = options(chart.canvas, chart.look);
  chart.update("none");
}

const isColumns = (look) => look.kind === "bar" || look.kind === "column";

/** Few points are dots; of many only those that no line leads to. */
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

/** The series' colour, fading towards the bottom. */
function shade(canvas, own) {
  return ({ chart }) => {
    if (!chart.chartArea) return "transparent";
    const { top, bottom } = chart.chartArea;
    const gradient = chart.ctx.createLinearGradient(0, top, 0, bottom);
    gradient.addColorStop(0, `color-mix(in srgb, ${own} 22%, transparent)`);
    gradient.addColorStop(1, `color-mix(in srgb, ${own} 0%, transparent)`);
    return gradient;
  };
}

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
        time: {
          tooltipFormat: "EEE d MMM yyyy, HH:mm:ss",
          displayFormats: { second: "HH:mm:ss", minute: "HH:mm", hour: "HH:mm", day: "d MMM", week: "d MMM" },
        },
        ticks: { color: ink, font, maxRotation: 0, autoSkipPadding: 18, major: { enabled: true } },
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

/** Some air above and below, but none below zero where nothing is. */
function addAir(scale) {
  const air = (scale.max - scale.min) * 0.08 || Math.abs(scale.max) * 0.05 || 1;
  const { minDefined, maxDefined } = scale.getUserBounds();
  if (!minDefined) scale.min = scale.min >= 0 ? Math.max(0, scale.min - air) : scale.min - air;
  if (!maxDefined) scale.max = scale.max <= 0 && scale.min < 0 ? Math.min(0, scale.max + air) : scale.max + air;
}

const title = (text, ink, font) => ({ display: Boolean(text), text: text ?? "", color: ink, font });
