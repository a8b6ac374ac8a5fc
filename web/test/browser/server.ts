/** The server the tests run against: the one KREISEL_URL names, else the built page in front of the made-up atlas. */
import { preview } from "vite";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["KREISEL_URL"]) return undefined;
  const server = await preview({ configFile: "vite.mock.config.ts", preview: { port: 0, host: "127.0.0.1" } });
  process.env["KREISEL_URL"] = server.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "";
  return () => server.close();
}
