// The dashboard of one Freshet server. It polls /metrics once a second and keeps ten minutes of it in memory, and asks
// /status when another version answers. In the order of reading: meters → history → tiles → charts.

import { byId, percent, setModel, textOf } from "./ask.js";

const POLL_MILLIS = 1_000;
const KEPT_MILLIS = 10 * 60_000;
// The demo sends its test images every ten seconds: over a shorter time, predictions per second jump to 0 and back.
const RATE_MILLIS = 10_000;

/** What a sample holds, by the meter that it comes from. */
const METERS = {
  records: ["freshet_trainer_records_total"],
  trained: ["freshet_trainer_records_total", { outcome: "trained" }],
  heldOut: ["freshet_trainer_records_total", { outcome: "held-out" }],
  published: ["freshet_trainer_published_version"],
  prequentialLoss: ["freshet_trainer_prequential_loss_nats"],
  prequentialAccuracy: ["freshet_trainer_prequential_accuracy"],
  candidateLoss: ["freshet_trainer_holdout_loss_nats", { role: "candidate" }],
  candidateAccuracy: ["freshet_trainer_holdout_accuracy", { role: "candidate" }],
  championLoss: ["freshet_trainer_holdout_loss_nats", { role: "champion" }],
  championAccuracy: ["freshet_trainer_holdout_accuracy", { role: "champion" }],
  holdOutExamples: ["freshet_trainer_holdout_examples"],
  imagesLag: ["freshet_trainer_consumer_lag_records"],
  requestsLag: ["freshet_server_consumer_lag_records"],
  served: ["freshet_server_served_version"],
  age: ["freshet_server_snapshot_age_seconds"],
  predictions: ["freshet_server_predictions_total"],
};

const whole = value => Math.round(value).toLocaleString("en");
const short = value => (value >= 10_000 ? Math.round(value / 1_000) + " k" : value.toLocaleString("en"));

/** Lines are [name, what it is called, colour]; those of versions bear the version's number. */
const CHARTS = [
  {
    id: "loss-chart",
    format: value => value.toFixed(3),
    axis: value => String(value),
    lines: [
      ["prequentialLoss", "before learning", "--series-1"],
      ["candidateLoss", "candidate", "--series-2"],
      ["championLoss", "champion", "--series-3"],
    ],
  },
  {
    id: "accuracy-chart",
    format: percent,
    axis: value => Math.round(100 * value) + " %",
    // Most of a run is spent between 95 and 100 %.
    min: ({ min }) => Math.max(0, Math.min(0.95, Math.floor(20 * min) / 20)),
    max: 1,
    lines: [
      ["prequentialAccuracy", "before learning", "--series-1"],
      ["candidateAccuracy", "candidate", "--series-2"],
      ["championAccuracy", "champion", "--series-3"],
    ],
  },
  {
    id: "throughput-chart",
    format: whole,
    axis: short,
    lines: [
      ["trainedRate", "examples learned", "--series-1"],
      ["predictionsRate", "predictions", "--series-2"],
    ],
  },
  {
    id: "lag-chart",
    format: whole,
    axis: short,
    lines: [
      ["imagesLag", "images to learn", "--series-1"],
      ["requestsLag", "requests to answer", "--series-2"],
    ],
  },
];


/** Samples, the oldest first; a meter that the server lacks is undefined, one without a value yet NaN. */
const history = [];
/** When the page saw another version: [time, version]. */
const publishes = [];
let status = { version: null };

// ---- Meters

/** Freshet's own meters in Prometheus' text format: a map from the name to its [labels, value]. */
function parseMetrics(text) {
  const meters = new Map();
  for (const line of text.split("\n")) {
    const [, name, labels, value] = /^(freshet_\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || name.endsWith("_bucket")) {
      continue;
    }
    const tags = [...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, tag]) => [key, tag]);
    meters.set(name, [...(meters.get(name) ?? []), [Object.fromEntries(tags), Number(value)]]);
  }
  return meters;
}

/** The sum over all that bear the labels. */
function read(meters, name, labels = {}) {
  const found = (meters.get(name) ?? []).filter(([tags]) =>
    Object.entries(labels).every(([key, value]) => tags[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, [, value]) => sum + value, 0);
}

function sampleOf(meters, time) {
  const sample = { time };
  for (const [field, [name, labels]] of Object.entries(METERS)) {
    sample[field] = read(meters, name, labels);
  }
  for (const field of ["records", "trained", "predictions"]) {
    sample[field + "Rate"] = rate(sample, field);
  }
  return sample;
}

function rate(sample, field) {
  if (sample[field] === undefined) {
    return undefined;
  }
  const since = history.find(past => past.time >= sample.time - RATE_MILLIS && past[field] !== undefined);
  // A counter that went back belongs to a process that was started anew.
  return since === undefined || since[field] > sample[field]
    ? NaN
    : (1_000 * (sample[field] - since[field])) / (sample.time - since.time);
}

// ---- Polling

async function poll() {
  try {
    await refresh();
  } catch (failure) {
    console.error(failure);
    // A gap in the charts; the tiles keep what was known last.
    keep({ time: Date.now() });
    showState("not reachable", "bad");
  }
  showCharts();
  // Not an interval: a slow answer must not let requests pile up.
  setTimeout(poll, POLL_MILLIS);
}

async function refresh() {
  const meters = parseMetrics(await (await get("metrics")).text());
  const sample = sampleOf(meters, Date.now());
  if (sample.served !== (status.version ?? 0) || status.model === undefined) {
    status = await (await get("status")).json();
    showModel();
  }
  keep(sample);
  if (status.version === null) {
    showState("waiting for the first version", "");
  } else {
    showState("serving version " + status.version, "good");
  }
  showTiles(sample);
  showDeadLetters(meters);
}

async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) {
    throw new Error(path + " was answered with " + response.status);
  }
  return response;
}

function keep(sample) {
  const before = history.findLast(past => versionOf(past) !== undefined);
  if (before !== undefined && versionOf(sample) > versionOf(before)) {
    publishes.push([sample.time, versionOf(sample)]);
  }
  history.push(sample);
  while (history[0].time < sample.time - KEPT_MILLIS) {
    history.shift();
  }
  while (publishes.length > 0 && publishes[0][0] < history[0].time) {
    publishes.shift();
  }
}

/** A server alone sees versions when it loads them. */
function versionOf(sample) {
  return sample.published ?? sample.served;
}

// ---- What is known now

function showState(text, kind) {
  byId("state").textContent = text;
  byId("state").className = kind;
}

function showModel() {
  const parts = ["model " + status.model];
  if (status.version !== null) {
    parts.push(status.spec, status.classes.length + " classes", "input " + status.inputShape.join("×"), status.engine);
  }
  byId("model").textContent = parts.join(" · ");
  document.title = "Freshet: " + status.model;
  setModel(status);
}

function showTiles(sample) {
  tile("learned", sample.trained, whole, sample.heldOut > 0 ? whole(sample.heldOut) + " held out" : "");
  tile("rate", sample.recordsRate, whole, sample.imagesLag >= 0 ? whole(sample.imagesLag) + " waiting" : "");
  tile("version", sample.served, value => value || "–", sample.published > 0 ? "published: " + sample.published : "");
  // A server alone has only what the trainer wrote into the version that it loaded.
  const accuracy = sample.candidateAccuracy ?? status.accuracy;
  const loss = sample.candidateLoss ?? status.loss;
  const examples = sample.holdOutExamples ?? status.holdOutExamples;
  tile("holdout", accuracy, percent, loss >= 0 ? "loss " + loss.toFixed(3) + " on " + whole(examples) : "");
  tile(
    "prequential",
    sample.prequentialAccuracy,
    percent,
    sample.prequentialLoss >= 0 ? "loss " + sample.prequentialLoss.toFixed(3) : "",
  );
  tile("age", sample.age, duration, sample.served > 0 ? "since version " + sample.served : "");
  tile("predictions", sample.predictionsRate, whole, sample.predictions > 0 ? whole(sample.predictions) + " so far" : "");
}

function tile(id, value, format, detail) {
  const element = byId(id);
  element.hidden = value === undefined;
  element.querySelector("p").textContent = Number.isFinite(value) ? format(value) : "–";
  element.querySelector("small").textContent = detail;
}

function duration(seconds) {
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  if (hours >= 48) {
    return Math.floor(hours / 24) + " d";
  }
  if (hours > 0) {
    return hours + " h " + (minutes % 60) + " min";
  }
  return (minutes > 0 ? minutes + " min " : "") + Math.floor(seconds % 60) + " s";
}

function showDeadLetters(meters) {
  const reasons = [
    ["images", "freshet_trainer_dead_letters_total"],
    ["requests", "freshet_server_dead_letters_total"],
  ].flatMap(([topic, name]) =>
    (meters.get(name) ?? []).filter(([, count]) => count > 0).map(([tags, count]) => [topic, tags.reason, count]),
  );
  byId("dead-letters").hidden = reasons.length === 0;
  byId("dead-letters")
    .querySelector("dl")
    .replaceChildren(
      ...reasons.flatMap(([topic, reason, count]) => [
        textOf("dt", reason.replaceAll("-", " ")),
        textOf("dd", whole(count) + " " + topic),
      ]),
    );
}

// ---- Charts

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function showCharts() {
  for (const chart of CHARTS) {
    const figure = byId(chart.id).parentElement;
    const lines = chart.lines.filter(([field]) => history.some(sample => sample[field] !== undefined));
    figure.hidden = lines.length === 0;
    if (!figure.hidden) {
      chart.drawn ??= create(chart);
      chart.drawn.setOption(optionOf(chart, lines));
    }
  }
}

function create(chart) {
  const drawn = echarts.init(byId(chart.id));
  new ResizeObserver(() => drawn.resize()).observe(byId(chart.id));
  return drawn;
}

function optionOf(chart, lines) {
  const [ink, faint, line] = ["--ink", "--faint", "--line"].map(style);
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif" },
    grid: { left: 4, right: 12, top: 44, bottom: 4, containLabel: true },
    legend: { left: 0, top: 0, itemWidth: 16, itemHeight: 2, icon: "rect", textStyle: { color: faint } },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: style("--card"),
      borderColor: line,
      textStyle: { color: ink },
      valueFormatter: value => (Number.isFinite(value) ? chart.format(value) : "–"),
    },
    xAxis: {
      type: "time",
      min: history[0].time,
      // A chart of one moment would have no width.
      max: Math.max(history.at(-1).time, history[0].time + 45_000),
      splitNumber: 3,
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: faint, hideOverlap: true, formatter: "{HH}:{mm}:{ss}" },
    },
    yAxis: {
      type: "value",
      min: chart.min ?? 0,
      max: chart.max,
      splitNumber: 4,
      // Nothing is counted in fractions.
      minInterval: chart.format === whole ? 1 : undefined,
      axisLabel: { color: faint, formatter: chart.axis },
      splitLine: { lineStyle: { color: line } },
    },
    series: lines.map(([field, name, colour], index) => ({
      name,
      type: "line",
      showSymbol: false,
      color: style(colour),
      lineStyle: { width: 1.8 },
      data: history.map(sample => [sample.time, Number.isFinite(sample[field]) ? sample[field] : null]),
      markLine: index === 0 ? versionMarks(chart, faint) : undefined,
    })),
  };
}

/** A vertical line for each version; those that follow closely on one with a number go without. */
function versionMarks(chart, colour) {
  const span = history.at(-1).time - history[0].time;
  const gap = (Math.max(span, 45_000) * 34) / chart.drawn.getWidth();
  let labelled = -Infinity;
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: colour, type: "dashed", width: 1, opacity: 0.6 },
    data: publishes.map(([time, version]) => {
      const show = time - labelled >= gap;
      labelled = show ? time : labelled;
      return { xAxis: time, label: { show, formatter: "v" + version, color: colour, fontSize: 10, distance: 2 } };
    }),
  };
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showCharts);

byId("curl").textContent =
  "curl --data-binary @picture.png -H 'content-type: image/png' " + new URL("predict", location.href);
poll();
