// Asks the room's program, and builds what the page shows.

export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const { data, ...plain } = properties;
  const node = Object.assign(document.createElement(tag), plain);
  Object.assign(node.dataset, data ?? {});
  node.append(...children.filter((child) => child !== null));
  return node;
}

export async function get(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(3000) });
  return answer.json();
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(5000),
  });
  return answer.json();
}
