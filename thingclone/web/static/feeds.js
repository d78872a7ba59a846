// Reading feeds: a client of the public API, like any other.

const MOST_CALLS = 60; // of one range: a server hands out a few thousand entries at a time

/** Whether somebody may be looking. */
export const isSeen = () => document.visibilityState === "visible";

// A board of the house may be ahead of the reader's clock, or behind: what counts is the server's.
const clocksDiffer = Date.parse(document.body.dataset.now) - Date.now();

/** The server's time, in milliseconds. */
export const now = () => Date.now() + (clocksDiffer || 0);

/** The answer of an API call; null for a channel that is closed to us. */
export async function call(path, params, key = "") {
  const query = new URLSearchParams(params);
  if (key) query.set("api_key", key);
  const answer = await fetch(`${path}?${query}`, { headers: { Accept: "application/json" } });
  const found = answer.ok || answer.status === 400 ? await answer.json() : undefined;
  if (found === undefined) throw new Error(answer.headers.get("X-ThingClone-Reason") ?? `status ${answer.status}`);
  return found === -1 ? null : found;
}

/** The number that a value is, null if it is none. */
export function number(text) {
  const plain = String(text).trim().replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(plain)) return null;
  const found = Number(plain);
  return Math.abs(found) < 1e100 ? found : null;
}

/** Entries as points {x, y} of one field, oldest first. An entry without a value is no hole; a value that is no
 * number is one. */
export function points(feeds, field, timeOf = (entry) => Date.parse(entry.created_at)) {
  return feeds
    .filter((entry) => entry[field] !== null && entry[field] !== undefined && entry[field] !== "")
    .map((entry) => ({ x: timeOf(entry), y: number(entry[field]) }));
}

/** The same with a hole wherever more than four times the usual pause is missing. Three of four pauses are no
 * longer than the usual one: so two boards on one channel do not make every other pause a hole. */
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

/** Entries since a moment, oldest first: as they are, or medians of so many minutes. A server looks at a few thousand
 * entries a call, the newest of those asked for; so what is older is asked for again and again. `onPart(channel, feeds)`
 * gets what is there after each call, and stops it all with false. Null for a channel that is closed to us. */
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
    // The first bucket may lack what came before this call: it is asked for again, whole.
    const first = Date.parse(found[0].created_at);
    if (first <= start + minutes * 60000) return found;
    window.end = iso(minutes ? first + minutes * 60000 - 1000 : first);
  }
  return found;
}

/** Of a further answer, what is new: nothing, if it goes back no further than what is there. */
function withoutKnown(feeds, found, minutes) {
  if (!found.length) return feeds;
  if (minutes) return feeds.length && feeds[0].created_at < found[0].created_at ? feeds : [];
  const known = new Set(found.map((entry) => entry.entry_id));
  return feeds.filter((entry) => !known.has(entry.entry_id));
}

const iso = (moment) => `${new Date(moment).toISOString().slice(0, 19)}Z`;
