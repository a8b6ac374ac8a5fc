/** Answers like a Kreisel server out of the made-up atlas, in front of Vite's own files. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { atlas, describe, facilities, layers, made, profileOf, RELEASE, squares, valuesOf } from "./atlas.ts";
import { tileOf } from "./tiles.ts";

export function mock(): Plugin {
  return {
    name: "mock",
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!answer(request, response)) next();
      });
    },
  };
}

/** Whether the request was one for the server. */
function answer(request: IncomingMessage, response: ServerResponse): boolean {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const [room = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
  if (!["atlas", "layers", "areas", "facilities", "indicators", "tiles", "sprites"].includes(room)) return false;
  if ((url.searchParams.get("release") ?? RELEASE) !== RELEASE) {
    problem(response, 410, `the release ${url.searchParams.get("release")} is gone`);
  } else if (room === "tiles" && rest.length > 1) {
    tile(response, rest);
  } else {
    const body = look(room, rest, url);
    if (body === null) problem(response, 404, `there is no ${url.pathname}`);
    else json(response, 200, body);
  }
  return true;
}

function look(room: string, rest: string[], url: URL): object | null {
  const [first = "", second = ""] = rest;
  const indicator = made.find(({ id }) => id === first);
  switch (room) {
    case "atlas":
      return atlas;
    case "layers":
      return { release: RELEASE, layers };
    case "areas": {
      if (second !== "") return profileOf(first, second);
      const list = squares[first];
      return list ? { release: RELEASE, layer: first, areas: list.map(({ area }) => area) } : null;
    }
    case "facilities":
      return facilities[first] ? { release: RELEASE, layer: first, facilities: facilities[first] } : null;
    case "indicators":
      if (first === "")
        return { release: RELEASE, indicators: made.map((one) => ({ ...describe(one), invented: one.invented })) };
      if (!indicator) return null;
      return second === "values" ? valuesOf(indicator, url.searchParams.get("layer") ?? "") : describe(indicator);
    case "tiles":
      return tileJson(first, url);
    default:
      return null;
  }
}

function tileJson(layer: string, url: URL): object | null {
  const found = layers.find(({ id }) => id === layer);
  if (!found) return null;
  return {
    tilejson: "3.0.0",
    tiles: [`${url.origin}/tiles/${layer}/{z}/{x}/{y}?release=${RELEASE}`],
    minzoom: found.min_zoom,
    maxzoom: found.max_zoom,
    bounds: found.bounds,
    vector_layers: [{ id: layer, fields: {} }],
  };
}

function tile(response: ServerResponse, [layer = "", z, x, y]: string[]): void {
  const bytes = tileOf(layer, Number(z), Number(x), Number(y));
  response.statusCode = bytes ? 200 : 204;
  response.setHeader("content-type", "application/vnd.mapbox-vector-tile");
  response.end(bytes ?? undefined);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  json(response, status, { type: "about:blank", title: "refused", status, detail });
}
