// Reads feeds from the public API.

const MOST_CALLS = 60; // for one range: a call returns a few thousand entries

/** Whether the page is visible. */
export const isSeen = () => document.visibilityState === "visible";

// The clocks of the server and the browser may differ. The server's clock counts.
const clocksDiffer = Date.parse(document.body.dataset.now) - Date.now();

/** Returns the server's time, in milliseconds. */
export const now = () => Date.now() + (clocksDiffer || 0);

/** Returns the answer of an API call, or null if the channel is private. */
export async function call(path, params, key = "") {
  const query = new URLSearchParams(params);
  if (key) query.set("api_key", key);
  const answer = await fetch(`${path}?${query}`, { headers: { Accept: "application/json" } });
  const found = answer.ok || answer.status === 400 ? await answer.json() : undefined;
  if (found === undefined) throw new Error(reasonOf(answer));
  return found === -1 ? null : found;
}

const reasonOf = (answer) => answer.headers.get("X-ThingClone-Reason") ?? `The server returned status ${answer.status}`;

/** Returns a value as a number, or null if it is not one. */
export function number(text) {
  const plain = String(text).trim().replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(plain)) return null;
  const found = Number(plain);
  return Math.abs(found) < 1e100 ? found : null;
}

/** Returns the points {x, y} of a field, oldest first. Skips entries without a value. A text makes a hole. */
export function points(feeds, field, timeOf = (entry) => Date.parse(entry.created_at)) {
  return feeds
    .filter((entry) => entry[field] !== null && entry[field] !== undefined && entry[field] !== "")
    .map((entry) => ({ x: timeOf(entry), y: number(entry[field]) }));
}

/** Returns the points with a hole in each pause of more than four times the usual one. Three of four pauses are no
 * longer than the usual one, so two boards on one channel do not make every other pause a hole. */
export function withGaps(found) {
  const steps = found.slice(1).map((point, place) => point.x - found[place].x).sort((a, b) => a - b);
  if (steps.length < 3) return found;
  const longest = 4 * steps[Math.floor((steps.length * 3) / 4)];
  return found.flatMap((point, place) => {
    const before = found[place - 1];
    const isAfterGap = before && longest > 0 && point.x - before.x > longest;
    return isAfterGap ? [{ x: (before.x + point.x) / 2, y: null }, point] : [point];
  });
}

/** Returns the entries since a moment, oldest first, or their medians over some minutes. Returns null if the channel is
 * private. A call returns the newest few thousand entries, so further calls ask for older ones. After each call,
 * `onPart(channel, feeds)` gets everything so far, and ends the loop with false. */
export async function since(path, start, minutes, key, onPart) {
  const window = { start: iso(start), ...(minutes ? { median: minutes } : {}) };
  let found = [];
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const answer = await call(path, window, key);
    if (answer === null) return null;
    const older = withoutKnown(answer.feeds, found, minutes);
    if (!older.length) return found;
    found = [...older, ...found.slice(minutes && found.length ? 1 : 0)];
    if (onPart(answer.channel, found) === false) return found;
    // The first bucket may be incomplete, so the next call asks for it again.
    const first = Date.parse(found[0].created_at);
    if (first <= start + minutes * 60000) return found;
    window.end = iso(minutes ? first + minutes * 60000 - 1000 : first);
  }
  return found;
}

/** Returns the entries of a further answer that are new. */
function withoutKnown(feeds, found, minutes) {
  if (!found.length) return feeds;
  if (minutes) return feeds.length && feeds[0].created_at < found[0].created_at ? feeds : [];
  const known = new Set(found.map((entry) => entry.entry_id));
  return feeds.filter((entry) => !known.has(entry.entry_id));
}

const iso = (moment) => `${new Date(moment).toISOString().slice(0, 19)}Z`;
