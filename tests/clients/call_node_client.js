// Makes calls of the npm client `thingspeakclient`, one after the other, and prints what they called back.
//
//   node call_node_client.js '{"server": URL, ...}' '[["attachChannel", 1, {...}], ...]'
//
// The first argument is the client's options, the second the calls: method, then arguments, without the callback.
// Prints a JSON list of {"error": MESSAGE or null, "answer": what came} in the order of the calls.
"use strict";

const ThingSpeakClient = require("thingspeakclient");

const [options, calls] = process.argv.slice(2).map((text) => JSON.parse(text));
const client = new ThingSpeakClient(options);

function made([method, ...given]) {
  return new Promise((resolve) => {
    client[method](...given, (error, answer) => {
      resolve({ error: error ? error.message : null, answer });
    });
  });
}

async function main() {
  const results = [];
  for (const call of calls) {
    results.push(await made(call));
  }
  console.log(JSON.stringify(results));
}

main();
