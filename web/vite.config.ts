import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `base` stays "/": the server embeds the folder `dist` and serves it at its root.
// For work on the page beside a running server: KREISEL_URL=http://127.0.0.1:3000 npm run dev
const server = process.env["KREISEL_URL"] ?? "http://127.0.0.1:3000";
const served = ["/atlas", "/layers", "/areas", "/facilities", "/indicators", "/tiles", "/sprites", "/styles"];

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2022",
    // The map library is one file of over a megabyte before compression; scripts/size.mjs judges what travels.
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: "es" },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server, xfwd: true }])) },
});
