/**
 * The map: takes a {@link Scene} and changes only what differs from the scene before. The one file that drives the
 * map library; it is loaded when the page has something to draw, so that list and figures do not wait for it.
 */
import { Map as LibraryMap, type MapGeoJSONFeature, type MapMouseEvent, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { AreaLayer, Bounds, FacilityLayer, Position } from "../answers";
import type { Api } from "../api";
import type { View } from "../state";
import { clusterDiscs, countOf } from "./clusters";
import { PATTERNS, patternImage } from "./patterns";
import { type AreaPaint, type Pointed, paintOf, type Scene } from "./scene";
import {
  AREAS,
  areaLayers,
  CONTEXT,
  contextLayers,
  emptyStyle,
  facilityClusters,
  facilityFilter,
  facilityLayers,
  facilitySource,
  facilitySymbols,
  HEIGHTS,
  symbolName,
} from "./style";

setWorkerUrl(workerUrl);

const PIXEL_RATIO = 2;
const EDGE_PX = 28;
/** The line with the sources, at the bottom. */
const ATTRIBUTION_PX = 16;
const MOVE_MS = 500;
/** As in legend/legend.css: from this width on the legend lies over the map, this wide. */
const BESIDE = "(min-width: 56rem)";
const LEGEND_PX = 260;
const WIDE_PX = 520;

export interface Handlers {
  /** What the pointer is over has changed, or its place. */
  pointed(target: Pointed | null): void;
  areaClicked(area: number): void;
  facilityClicked(layer: string, id: number): void;
  /** The reader has moved the map. */
  moved(view: View): void;
  /** The map looks elsewhere, by whomever but {@link AtlasMap.follow}; told while it moves. */
  moving(view: View): void;
  /** The zoom has changed, by whomever. */
  zoomed(zoom: number): void;
  /** Whether something is still to be loaded or drawn. */
  busy(now: boolean): void;
  /** Something could not be loaded; `status` is the server's, if it answered. */
  failed(status: number | null): void;
}

export interface Start {
  /** The box that is shown if there is no view. */
  home: Bounds | null;
  view: View | null;
  /** What a reader is told who tries to move the map with one finger. */
  twoFingers: string;
}

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export class AtlasMap {
  #map: LibraryMap;
  #handlers: Handlers;
  #api: Api;
  #scene: Scene | null = null;
  #paints = new Map<number, AreaPaint>();
  #hover: number | null = null;
  #home: Bounds | null;
  #movedByReader: boolean;
  /** Another map leads. */
  #isFollowing = false;
  /** The view that was last told to `moved`. */
  #reported: View | null;

  /** Resolves when scenes can be shown. */
  static async open(container: HTMLElement, api: Api, start: Start, handlers: Handlers): Promise<AtlasMap> {
    const { home, view, twoFingers } = start;
    const map = new LibraryMap({
      container,
      style: emptyStyle(),
      attributionControl: false,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      minZoom: 3,
      maxZoom: 17,
      fadeDuration: 0,
      // On a touch screen one finger scrolls the page.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: { "CooperativeGesturesHandler.MobileHelpText": twoFingers },
      ...(view ? { center: [view.lon, view.lat], zoom: view.zoom } : home ? homeOptions(home, container) : {}),
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    await new Promise<void>((resolve) => map.once("style.load", () => resolve()));
    return new AtlasMap(map, api, home, view, handlers);
  }

  private constructor(map: LibraryMap, api: Api, home: Bounds | null, view: View | null, handlers: Handlers) {
    this.#map = map;
    this.#api = api;
    this.#home = home;
    this.#movedByReader = view !== null;
    this.#reported = view;
    this.#handlers = handlers;
    for (const name of PATTERNS) {
      const image = patternImage(name, PIXEL_RATIO);
      if (image) map.addImage(`pattern-${name}`, image, { pixelRatio: PIXEL_RATIO });
    }
    map.addSprite("atlas", api.spriteUrl());
    this.#listen();
  }

  show(scene: Scene): void {
    const before = this.#scene;
    this.#scene = scene;
    this.#handlers.busy(true);
    if (before?.areas.id !== scene.areas.id) {
      this.#showContext(scene.context, before?.context ?? null);
      this.#showAreas(scene.areas);
    }
    if (before?.facilities !== scene.facilities) this.#showFacilities(scene, before?.facilities ?? []);
    if (before?.shown !== scene.shown || before?.areas.id !== scene.areas.id) this.#paint(scene);
    if (before?.categories !== scene.categories || before?.facilities !== scene.facilities)
      this.#filterFacilities(scene);
    this.#select(scene, before);
    this.#map.triggerRepaint();
  }

  /** Marks an area as if the pointer were over it. */
  mark(area: number | null): void {
    if (area === this.#hover) return;
    if (this.#hover !== null) this.#setArea(this.#hover, { hover: false });
    if (area !== null) this.#setArea(area, { hover: true });
    this.#hover = area;
  }

  /** Looks where the state says; `null` is the whole of `home`. What the reader's own hand has done stays. */
  lookAt(view: View | null, home: Bounds | null): void {
    this.#home = home;
    if (view === null) {
      this.#movedByReader = false;
      this.#reported = null;
      this.#goTo(home);
    } else if (view !== this.#reported) {
      this.#movedByReader = true;
      this.#map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
    }
  }

  /** Looks where another map looks, which tells of it itself. */
  follow(view: View): void {
    this.#isFollowing = true;
    this.#movedByReader = true;
    this.#map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
    this.#reported = this.#view();
    this.#isFollowing = false;
  }

  /** Moves to a place, if it is not in sight or a cluster may stand for it: then to the zoom that gives it. */
  reveal([lon, lat]: Position, exactFrom: number | null): void {
    const isGiven = exactFrom === null || this.#map.getZoom() >= exactFrom;
    if (isGiven && this.#map.getBounds().contains([lon, lat])) return;
    this.#movedByReader = true;
    this.#goTo([lon, lat, lon, lat], exactFrom ?? undefined);
  }

  zoomBy(steps: 1 | -1): void {
    this.#movedByReader = true;
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: moveDuration() });
  }

  /** What a screen reader says when it comes to the map. */
  setLabel(text: string): void {
    this.#map.getCanvas().setAttribute("aria-label", text);
  }

  close(): void {
    this.#map.remove();
  }

  #goTo(bounds: Bounds | null, maxZoom = 12): void {
    const padding = homePadding(this.#map.getContainer());
    if (bounds) this.#map.fitBounds(bounds, { padding, maxZoom, duration: moveDuration() });
  }

  #listen(): void {
    const map = this.#map;
    map.on("mousemove", (event) => this.#pointAt(this.#targetAt(event.point)));
    map.on("mouseout", () => this.#pointAt(null));
    map.on("movestart", () => this.#pointAt(null));
    map.on("click", (event) => this.#click(event));
    map.on("movestart", (event) => {
      if (event.originalEvent) this.#movedByReader = true;
    });
    map.on("moveend", () => {
      if (!this.#movedByReader || this.#isFollowing) return;
      this.#reported = this.#view();
      this.#handlers.moved(this.#reported);
    });
    map.on("move", () => {
      if (!this.#isFollowing) this.#handlers.moving(this.#view());
    });
    this.#handlers.zoomed(map.getZoom());
    map.on("zoomend", () => this.#handlers.zoomed(map.getZoom()));
    map.on("resize", () => {
      if (!this.#movedByReader && this.#home)
        this.#map.fitBounds(this.#home, { padding: homePadding(this.#map.getContainer()), duration: 0 });
    });
    map.on("idle", () => this.#handlers.busy(false));
    map.on("error", (event) => {
      // Without the sprite there are stand-ins; only what belongs to a source leaves a hole in the map.
      if (!("sourceId" in event)) return;
      const status = (event.error as { status?: unknown } | undefined)?.status;
      this.#handlers.failed(typeof status === "number" ? status : null);
    });
    map.setMissingStyleImageResolver((name) => this.#standIn(name));
  }

  #view(): View {
    const { lng, lat } = this.#map.getCenter();
    return { zoom: this.#map.getZoom(), lat, lon: lng };
  }

  #pointAt(target: Pointed | null): void {
    this.#map.getCanvas().style.cursor = target === null ? "" : "pointer";
    this.#handlers.pointed(target);
  }

  #click(event: MapMouseEvent): void {
    const target = this.#targetAt(event.point);
    if (target?.kind === "area") this.#handlers.areaClicked(target.id);
    if (target?.kind === "facility") this.#handlers.facilityClicked(target.layer, target.id);
    if (target?.kind === "cluster") this.#enterCluster(event.point);
  }

  /** What a reader sees at a point: a cluster or a symbol lies over an area. */
  #targetAt({ x, y }: { x: number; y: number }): Pointed | null {
    for (const layer of this.#scene?.facilities ?? []) {
      const [cluster] = this.#at({ x, y }, [clusterDiscs(facilitySource(layer))]);
      const count = cluster ? countOf(cluster.properties, layer, this.#scene?.categories ?? []) : 0;
      if (cluster) return { kind: "cluster", x, y, layer: layer.id, count };
      const [symbol] = this.#at({ x, y }, [facilitySymbols(layer)]);
      if (typeof symbol?.id === "number") return { kind: "facility", x, y, layer: layer.id, id: symbol.id };
    }
    const [area] = this.#at({ x, y }, ["areas-circle", "areas-fill"]);
    return typeof area?.id === "number" ? { kind: "area", x, y, id: area.id } : null;
  }

  #at({ x, y }: { x: number; y: number }, ids: string[]): MapGeoJSONFeature[] {
    const layers = ids.filter((id) => this.#map.getLayer(id));
    return layers.length > 0 ? this.#map.queryRenderedFeatures([x, y], { layers }) : [];
  }

  /** Zooms in on a cluster, until it falls apart or its facilities are all given. */
  #enterCluster(point: { x: number; y: number }): void {
    const discs = (this.#scene?.facilities ?? []).map((layer) => clusterDiscs(facilitySource(layer)));
    const [cluster] = this.#at(point, discs);
    if (cluster?.geometry.type !== "Point") return;
    const [lon = 0, lat = 0] = cluster.geometry.coordinates;
    this.#movedByReader = true;
    this.#map.easeTo({ center: [lon, lat], zoom: this.#map.getZoom() + 2, duration: moveDuration() });
  }

  #showContext(layer: AreaLayer | null, before: AreaLayer | null): void {
    if (layer?.id === before?.id) return;
    this.#removeSource(CONTEXT);
    if (layer === null) return;
    this.#map.addSource(CONTEXT, { type: "vector", url: this.#api.tileJsonUrl(layer.id) });
    for (const style of contextLayers(layer)) this.#map.addLayer(style, HEIGHTS.context);
  }

  #showAreas(layer: AreaLayer): void {
    this.#removeSource(AREAS);
    this.#paints.clear();
    this.#hover = null;
    this.#map.addSource(AREAS, { type: "vector", url: this.#api.tileJsonUrl(layer.id) });
    // Symbols stand above names: they are placed first, and a name moves aside for them.
    for (const style of areaLayers(layer)) this.#map.addLayer(style, HEIGHTS.areas);
  }

  #showFacilities(scene: Scene, before: FacilityLayer[]): void {
    for (const layer of before) this.#removeSource(facilitySource(layer));
    // The first layer of the atlas comes to lie on top.
    for (const layer of scene.facilities.toReversed()) {
      this.#map.addSource(facilitySource(layer), { type: "vector", url: this.#api.tileJsonUrl(layer.id) });
      const styles = [...facilityLayers(layer, scene.today), ...facilityClusters(layer, scene.categories)];
      for (const style of styles) this.#map.addLayer(style, HEIGHTS.facilities);
    }
  }

  #filterFacilities(scene: Scene): void {
    for (const layer of scene.facilities) {
      const filter = facilityFilter(layer, scene.categories, scene.today);
      for (const style of facilityLayers(layer, scene.today)) this.#map.setFilter(style.id, filter);
      for (const style of facilityClusters(layer, scene.categories)) {
        if ("filter" in style) this.#map.setFilter(style.id, style.filter);
        if (style.type === "circle")
          this.#map.setPaintProperty(style.id, "circle-radius", style.paint?.["circle-radius"]);
        if (style.type === "symbol") this.#map.setLayoutProperty(style.id, "text-field", style.layout?.["text-field"]);
      }
    }
  }

  /** Draws the values: feature state only, and only where it changes. */
  #paint(scene: Scene): void {
    const { shown } = scene;
    if (shown === null) {
      for (const id of this.#paints.keys())
        this.#setArea(id, { color: null, pattern: null, radius_px: 0, isDimmed: false });
      this.#paints.clear();
      return;
    }
    for (const figure of shown.figures) {
      const paint = paintOf(figure, shown);
      const before = this.#paints.get(figure.id);
      if (before && samePaint(before, paint)) continue;
      this.#paints.set(figure.id, paint);
      this.#setArea(figure.id, { ...paint });
    }
  }

  #select(scene: Scene, before: Scene | null): void {
    const sameLayer = before?.areas.id === scene.areas.id;
    const areaBefore = sameLayer ? (before?.selectedArea ?? null) : null;
    if (areaBefore !== scene.selectedArea) {
      if (areaBefore !== null) this.#setArea(areaBefore, { selected: false });
      if (scene.selectedArea !== null) this.#setArea(scene.selectedArea, { selected: true });
    }
    const facilityBefore = before?.facilities === scene.facilities ? before.selectedFacility : null;
    const same =
      facilityBefore?.layer === scene.selectedFacility?.layer && facilityBefore?.id === scene.selectedFacility?.id;
    if (same) return;
    if (facilityBefore) this.#setFacility(scene, facilityBefore, { selected: false });
    if (scene.selectedFacility) this.#setFacility(scene, scene.selectedFacility, { selected: true });
  }

  #setArea(id: number, state: Record<string, unknown>): void {
    const layer = this.#scene?.areas;
    if (!layer || !this.#map.getSource(AREAS)) return;
    this.#map.setFeatureState({ source: AREAS, sourceLayer: layer.id, id }, state);
    if (layer.label_layer) this.#map.setFeatureState({ source: AREAS, sourceLayer: layer.label_layer, id }, state);
  }

  #setFacility(scene: Scene, at: { layer: string; id: number }, state: Record<string, unknown>): void {
    const layer = scene.facilities.find((candidate) => candidate.id === at.layer);
    if (layer) this.#map.setFeatureState({ source: facilitySource(layer), sourceLayer: layer.id, id: at.id }, state);
  }

  #removeSource(id: string): void {
    if (!this.#map.getSource(id)) return;
    for (const layer of this.#map.getStyle().layers) {
      if ("source" in layer && layer.source === id) this.#map.removeLayer(layer.id);
    }
    this.#map.removeSource(id);
  }

  /** A disc in the category's colour where the sprite has no such symbol, or did not arrive. */
  #standIn(name: string): void {
    const categories = (this.#scene?.facilities ?? []).flatMap((layer) => layer.categories);
    const category = categories.find((candidate) => symbolName(candidate.symbol) === name);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 24 * PIXEL_RATIO;
    const pen = canvas.getContext("2d");
    if (!category || !pen || this.#map.hasImage(name)) return;
    pen.arc(canvas.width / 2, canvas.height / 2, canvas.width / 2 - 3 * PIXEL_RATIO, 0, 2 * Math.PI);
    pen.fillStyle = category.color;
    pen.fill();
    pen.lineWidth = 1.5 * PIXEL_RATIO;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    this.#map.addImage(name, image, { pixelRatio: PIXEL_RATIO });
  }
}

function homeOptions(home: Bounds, container: HTMLElement) {
  return { bounds: home, fitBoundsOptions: { padding: homePadding(container) } };
}

/** Keeps clear of what lies over the map: the legend on the right, where the map is wide enough to carry it. */
function homePadding(container: HTMLElement): { top: number; right: number; bottom: number; left: number } {
  const right = matchMedia(BESIDE).matches && container.clientWidth >= WIDE_PX ? LEGEND_PX + EDGE_PX : EDGE_PX;
  return { top: EDGE_PX, right, bottom: EDGE_PX + ATTRIBUTION_PX, left: EDGE_PX };
}

function samePaint(a: AreaPaint, b: AreaPaint): boolean {
  return a.color === b.color && a.pattern === b.pattern && a.radius_px === b.radius_px && a.isDimmed === b.isDimmed;
}

function moveDuration(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOVE_MS;
}
