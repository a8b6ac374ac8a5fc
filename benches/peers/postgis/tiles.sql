-- Areas with ten years of an indicator, as Martin's and PostGIS' manuals advise: a function source with
-- ST_AsMVT over ST_AsMVTGeom, the index asked with the envelope and its margin, geometry stored in 3857.
-- `prepare.py` puts the columns of the years in place of @YEARS@. One row of values for each area is the
-- cheapest join there is.
CREATE OR REPLACE FUNCTION municipalities_years(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT ST_AsMVT(tile, 'municipalities', 4096, 'geom', 'gid') FROM (
    SELECT area.gid, area.key, area.name, @YEARS@,
      ST_AsMVTGeom(area.geom, ST_TileEnvelope(z, x, y), 4096, 64, true) AS geom
    FROM municipalities AS area JOIN residents AS value USING (key)
    WHERE area.geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)
  ) AS tile WHERE geom IS NOT NULL
$$;

-- Areas alone, the detail below one tile unit taken away before the tile is cut: smaller tiles, no less CPU.
CREATE OR REPLACE FUNCTION municipalities_simplified(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT ST_AsMVT(tile, 'municipalities', 4096, 'geom', 'gid') FROM (
    SELECT area.gid, area.key, area.name,
      ST_AsMVTGeom(
        ST_Simplify(area.geom, 40075016.68 / 4096 / 2 ^ z, true),
        ST_TileEnvelope(z, x, y), 4096, 64, true
      ) AS geom
    FROM municipalities AS area
    WHERE area.geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)
  ) AS tile WHERE geom IS NOT NULL
$$;
