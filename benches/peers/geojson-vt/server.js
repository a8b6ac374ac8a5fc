// geojson-vt as a tile server, the way one would write it: an index for each layer at the library's defaults, tiles
// sliced when asked for, encoded by vt-pbf, gzipped by zlib on Node's thread pool. The library keeps what it sliced.
//
// node server.js PORT layer=file.geojson…   →   /{layer,layer}/{z}/{x}/{y}
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {gzip} from 'node:zlib';
import GeoJSONVT from 'geojson-vt';
import {fromGeojsonVt} from '@maplibre/vt-pbf';

const [port, ...layers] = process.argv.slice(2);
const indexes = new Map(layers.map((layer) => {
  const [name, file] = layer.split('=');
  return [name, new GeoJSONVT(JSON.parse(readFileSync(file)), {maxZoom: 14, generateId: true})];
}));

createServer((request, response) => {
  const [, names, ...address] = request.url.split('/');
  const tiles = {};
  for (const name of names.split(',')) {
    const tile = indexes.get(name)?.getTile(...address.map(Number));
    if (tile) tiles[name] = tile;
  }
  if (Object.keys(tiles).length === 0) {
    response.writeHead(204).end();
    return;
  }
  gzip(fromGeojsonVt(tiles, {version: 2, extent: 4096}), (error, body) => {
    response.writeHead(error ? 500 : 200, {
      'Content-Type': 'application/vnd.mapbox-vector-tile',
      'Content-Encoding': 'gzip',
      'Content-Length': body?.length ?? 0,
    }).end(body);
  });
}).listen(Number(port), '127.0.0.1');
