import { defineConfig } from "vite";
import { mock } from "./test/mock/plugin.ts";

// The built page in front of the made-up atlas of test/mock: `npm run build && npm run preview`.
export default defineConfig({ plugins: [mock()], preview: { host: "127.0.0.1" } });
